import { Button, FileButton, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { ErrorNotice } from '../components/ErrorNotice.tsx';
import { common } from '../strings/common.ts';
import { setup } from '../strings/setup.ts';

interface Props {
  readonly opened: boolean;
  readonly onClose: () => void;
  /** Takes the settings over. @throws MroError where they cannot be read */
  readonly onImport: (text: string) => void;
}

/** Settings from JSON: pasted, or from a file. */
export function ImportDialog({ opened, onClose, onImport }: Props) {
  const [text, setText] = useState('');
  const [error, setError] = useState<unknown>();
  const read = (json: string): void => {
    try {
      onImport(json);
      setError(undefined);
      setText('');
      onClose();
    } catch (problem) {
      setError(problem);
    }
  };
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={setup.importTitle}
      size="lg"
      closeButtonProps={{ 'aria-label': common.close }}
    >
      <Stack>
        <Text size="sm" c="dimmed">
          {setup.importHint}
        </Text>
        <ErrorNotice error={error} />
        <Textarea
          label={setup.importText}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          autosize
          minRows={6}
          maxRows={16}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
          spellCheck={false}
        />
        <Group justify="space-between">
          <FileButton
            accept=".json,application/json"
            onChange={(file) => {
              void file?.text().then((content) => {
                setText(content);
                read(content);
              });
            }}
          >
            {(props) => (
              <Button variant="default" {...props}>
                {setup.importFile}
              </Button>
            )}
          </FileButton>
          <Button disabled={text.trim() === ''} onClick={() => read(text)}>
            {setup.importRead}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
