import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { reconstructions, setup } from '../../strings/setup.ts';
import { useSetup } from '../state.tsx';

interface Props {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly onGoOn: () => void;
}

/** Asks before SENSE or GRAPPA of data that nothing here undersamples. */
export function UndersampledDialog({ opened, onClose, onGoOn }: Props) {
  const { form, change } = useSetup();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={setup.undersampledTitle}
      size="lg"
      closeButtonProps={{ 'aria-label': setup.keepEditing }}
    >
      <Stack>
        <Text>{setup.undersampled(reconstructions[form.reconstruction].name)}</Text>
        <Group justify="flex-end" gap="sm">
          <Button variant="subtle" color="gray" onClick={onClose}>
            {setup.keepEditing}
          </Button>
          <Button
            variant="default"
            onClick={() => {
              change({ reconstruction: 'b1' });
              onClose();
            }}
          >
            {setup.useB1}
          </Button>
          <Button
            onClick={() => {
              onClose();
              onGoOn();
            }}
          >
            {setup.goOn}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
