import { Button, Card, Group, Title } from '@mantine/core';
import { upload } from '../../strings/upload.ts';
import classes from './Upload.module.css';
import { UploadRow } from './UploadRow.tsx';
import { useUploadList, useUploads } from './UploadsProvider.tsx';
import { isEnded } from './uploads.ts';

/** What is being uploaded, was interrupted, or has just arrived; nothing where there is none. */
export function UploadPanel() {
  const uploads = useUploads();
  const list = useUploadList();
  if (!uploads || list.length === 0) return null;
  const done = list.filter(({ phase }) => phase !== 'failed' && isEnded(phase));
  return (
    <Card padding="sm">
      <Group justify="space-between">
        <Title order={2} size="h3">
          {upload.title}
        </Title>
        {done.length > 0 && (
          <Button
            size="compact-xs"
            variant="subtle"
            onClick={() => {
              for (const { key } of done) uploads.dismiss(key);
            }}
          >
            {upload.clearDone}
          </Button>
        )}
      </Group>
      <ul className={classes.list}>
        {list.map((view) => (
          <UploadRow key={view.key} view={view} uploads={uploads} />
        ))}
      </ul>
    </Card>
  );
}
