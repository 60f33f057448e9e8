import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { common } from '../strings/common.ts';
import { ErrorNotice } from './ErrorNotice.tsx';

interface Props {
  readonly opened: boolean;
  readonly title: string;
  readonly text: string;
  readonly action: string;
  readonly pending?: boolean;
  readonly error?: unknown;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

/** Asks before something that cannot be undone. */
export function ConfirmModal({ opened, title, text, action, pending, error, onConfirm, onClose }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title={title} closeButtonProps={{ 'aria-label': common.close }}>
      <Stack>
        <Text>{text}</Text>
        <ErrorNotice error={error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {common.cancel}
          </Button>
          <Button color="red" loading={pending ?? false} onClick={onConfirm} data-autofocus>
            {action}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
