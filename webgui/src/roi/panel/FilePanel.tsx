import { Button, FileButton, Group, Stack, Text } from '@mantine/core';
import { IconDeviceFloppy, IconFolderOpen } from '@tabler/icons-react';
import { useState } from 'react';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { roi } from '../../strings/roi.ts';
import { save } from '../../viewer/screenshot.ts';
import { useStore } from '../../viewer/state/store.ts';
import type { RoiEditor } from '../editor.ts';
import { drawingFromNifti, drawingToNifti } from '../model/file.ts';
import { StoredDrawings } from './StoredDrawings.tsx';

interface Props {
  readonly editor: RoiEditor;
  /** Name of the result. */
  readonly name: string;
  readonly jobId: string | undefined;
}

/** Drawings as files of one's own, and stored with the job. */
export function FilePanel({ editor, name, jobId }: Props) {
  const [error, setError] = useState<unknown>();
  const unsaved = useStore(editor.store, (state) => state.unsaved);

  const open = (bytes: Uint8Array, file: string): void => {
    setError(undefined);
    try {
      const drawing = drawingFromNifti(bytes, file, editor.state.drawing.grid);
      if (!editor.state.unsaved || window.confirm(roi.replace)) editor.open(drawing);
    } catch (reason) {
      setError(reason);
    }
  };
  const download = (): void => {
    const file = drawingToNifti(editor.state.drawing);
    save(new Blob([file], { type: 'application/gzip' }), `${name} regions.nii.gz`);
    editor.saved();
  };
  return (
    <Stack gap="xs">
      <Text size="sm" fw={600}>
        {roi.file}
        {unsaved ? ' *' : ''}
      </Text>
      <ErrorNotice error={error} />
      <Group gap="xs">
        <Button
          size="compact-xs"
          variant="default"
          leftSection={<IconDeviceFloppy size={14} aria-hidden />}
          onClick={download}
        >
          {roi.save}
        </Button>
        <FileButton
          accept=".nii,.gz"
          inputProps={{ 'aria-label': roi.open }}
          onChange={async (file) => file && open(new Uint8Array(await file.arrayBuffer()), file.name)}
        >
          {(props) => (
            <Button
              {...props}
              size="compact-xs"
              variant="default"
              leftSection={<IconFolderOpen size={14} aria-hidden />}
            >
              {roi.open}
            </Button>
          )}
        </FileButton>
      </Group>
      {jobId !== undefined && <StoredDrawings editor={editor} jobId={jobId} open={open} />}
    </Stack>
  );
}
