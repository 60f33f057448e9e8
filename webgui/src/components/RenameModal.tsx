import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { common } from '../strings/common.ts';
import { ErrorNotice } from './ErrorNotice.tsx';

interface Props {
  readonly title: string;
  readonly label: string;
  /** The name until now. */
  readonly name: string;
  /** So many characters at its end, such as an extension, are not selected at first. */
  readonly keep?: number;
  readonly maxLength?: number;
  readonly pending: boolean;
  readonly error: unknown;
  /** Why a name cannot be taken; undefined where it can. */
  readonly problemOf?: (name: string) => string | undefined;
  /** What one should know of a name that can be taken. */
  readonly remarkOn?: (name: string) => ReactNode;
  readonly onRename: (name: string) => void;
  readonly onClose: () => void;
}

/** Asks for another name. */
export function RenameModal({ title, label, name: before, keep = 0, maxLength = 255, ...props }: Props) {
  const [text, setText] = useState(before);
  const name = text.trim();
  const problem = props.problemOf?.(name);
  const possible = name !== '' && problem === undefined;
  return (
    <Modal opened onClose={props.onClose} title={title} closeButtonProps={{ 'aria-label': common.close }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (possible) props.onRename(name);
        }}
      >
        <Stack>
          <ErrorNotice error={props.error} />
          <TextInput
            label={label}
            required
            maxLength={maxLength}
            data-autofocus
            value={text}
            error={problem}
            onChange={(event) => setText(event.currentTarget.value)}
            onFocus={({ currentTarget }) => currentTarget.setSelectionRange(0, before.length - keep)}
          />
          {props.remarkOn?.(name)}
          <Group justify="flex-end">
            <Button variant="default" onClick={props.onClose}>
              {common.cancel}
            </Button>
            <Button type="submit" loading={props.pending} disabled={!possible}>
              {common.rename}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
