import { Button } from '@mantine/core';
import { IconUpload } from '@tabler/icons-react';
import { type ChangeEvent, useEffect, useRef, useState } from 'react';
import { type Chosen, pickFiles } from '../../home/upload/chosen.ts';
import { useUploads } from '../../home/upload/UploadsProvider.tsx';
import { setup } from '../../strings/setup.ts';
import type { ChosenFile } from '../model/form.ts';
import classes from './UploadButton.module.css';

interface Props {
  /** The field that the file is for. */
  readonly label: string;
  readonly library: readonly ChosenFile[];
  /** The file is in the library and can be used. */
  readonly onArrived: (file: ChosenFile) => void;
}

/** Uploads a file for a field, which takes it as soon as the server has accepted it. */
export function UploadButton({ label, library, onArrived }: Props) {
  const uploads = useUploads();
  const input = useRef<HTMLInputElement>(null);
  const [awaited, setAwaited] = useState<{ name: string; known: ReadonlySet<string> }>();

  useEffect(() => {
    const arrived = library.find(
      ({ id, filename }) => awaited !== undefined && filename === awaited.name && !awaited.known.has(id),
    );
    if (!arrived) return;
    setAwaited(undefined);
    onArrived(arrived);
  }, [library, awaited, onArrived]);

  const add = (chosen: readonly Chosen[]): void => {
    const [first] = chosen;
    if (!first) return;
    setAwaited({ name: first.file.name.normalize('NFC'), known: new Set(library.map(({ id }) => id)) });
    uploads?.add(chosen);
  };
  const pick = async (): Promise<void> => {
    const picked = await pickFiles(false);
    if (picked) add(picked);
    else input.current?.click();
  };

  return (
    <>
      <Button
        className={classes.button}
        size="compact-xs"
        variant="subtle"
        leftSection={<IconUpload size={14} aria-hidden />}
        aria-label={`${setup.upload}: ${label}`}
        disabled={!uploads}
        onClick={() => void pick()}
      >
        {setup.upload}
      </Button>
      <input
        ref={input}
        type="file"
        hidden
        aria-hidden
        tabIndex={-1}
        data-testid={`upload-${label}`}
        onChange={({ currentTarget }: ChangeEvent<HTMLInputElement>) => {
          add([...(currentTarget.files ?? [])].map((file) => ({ file })));
          currentTarget.value = '';
        }}
      />
    </>
  );
}
