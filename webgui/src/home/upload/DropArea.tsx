import { Button, Text } from '@mantine/core';
import { IconCloudUpload } from '@tabler/icons-react';
import { type ChangeEvent, type DragEvent, useEffect, useRef, useState } from 'react';
import { upload } from '../../strings/upload.ts';
import { droppedFiles, pickFiles } from './chosen.ts';
import classes from './Upload.module.css';
import { useUploads } from './UploadsProvider.tsx';

/** Takes files by drop – anywhere on the page – or by a dialogue. */
export function DropArea() {
  const uploads = useUploads();
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);

  const drop = async (event: DragEvent | globalThis.DragEvent): Promise<void> => {
    event.preventDefault();
    setOver(false);
    if (event.dataTransfer) uploads?.add(await droppedFiles(event.dataTransfer));
  };
  const choose = async (): Promise<void> => {
    const picked = await pickFiles(true);
    if (picked) uploads?.add(picked);
    else input.current?.click();
  };
  const chosen = ({ currentTarget }: ChangeEvent<HTMLInputElement>): void => {
    uploads?.add([...(currentTarget.files ?? [])].map((file) => ({ file })));
    currentTarget.value = '';
  };

  // A file that misses the area would otherwise be opened in place of the page.
  useEffect(() => {
    const allow = (event: globalThis.DragEvent): void => {
      event.preventDefault();
      setOver(event.type === 'dragover');
    };
    const take = (event: globalThis.DragEvent): void => void drop(event);
    window.addEventListener('dragover', allow);
    window.addEventListener('dragleave', allow);
    window.addEventListener('drop', take);
    return () => {
      window.removeEventListener('dragover', allow);
      window.removeEventListener('dragleave', allow);
      window.removeEventListener('drop', take);
    };
  });

  return (
    <div className={classes.drop} data-over={over || undefined}>
      <IconCloudUpload size={26} stroke={1.5} aria-hidden className={classes.icon} />
      <div className={classes.words}>
        <Text fw={600}>{over ? upload.letGo : upload.drop}</Text>
        <Text size="xs" c="dimmed">
          {upload.dropHint}
        </Text>
      </div>
      <Button variant="default" onClick={choose} disabled={!uploads}>
        {upload.choose}
      </Button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-hidden
        tabIndex={-1}
        data-testid="upload-input"
        onChange={chosen}
      />
    </div>
  );
}
