import { Button, Group, Modal, NumberInput, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { type AccountView, endpoints } from '@mroptimum/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ErrorNotice } from '../components/ErrorNotice.tsx';
import { keys } from '../queries/keys.ts';
import { useBrain } from '../session/BrainProvider.tsx';
import { admin } from '../strings/admin.ts';
import { common } from '../strings/common.ts';

type Limit = number | string;
const gigabyte = 1e9;

/** Limits of one account; an empty field follows the server. */
export function QuotaModal({ account, onClose }: { account: AccountView; onClose: () => void }) {
  const brain = useBrain();
  const queries = useQueryClient();
  const { storageBytes, jobsPerMonth = {} } = account.quota;
  const form = useForm<Record<'storage' | 'local' | 'mode1' | 'mode2', Limit>>({
    initialValues: {
      storage: storageBytes === undefined ? '' : storageBytes / gigabyte,
      local: jobsPerMonth.local ?? '',
      mode1: jobsPerMonth.mode1 ?? '',
      mode2: jobsPerMonth.mode2 ?? '',
    },
  });
  const save = useMutation({
    mutationFn: ({ storage, ...modes }: typeof form.values) => {
      const given = Object.entries(modes).filter(([, limit]) => limit !== '');
      const quota = {
        ...(storage !== '' && { storageBytes: Math.round(Number(storage) * gigabyte) }),
        ...(given.length > 0 && {
          jobsPerMonth: Object.fromEntries(given.map(([name, limit]) => [name, Number(limit)])),
        }),
      };
      return brain.call(endpoints.setQuota, { params: { id: account.id }, body: { quota } });
    },
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: keys.users });
      onClose();
    },
  });
  const field = (name: keyof typeof form.values, label: string) => (
    <NumberInput label={label} min={0} allowDecimal={name === 'storage'} {...form.getInputProps(name)} />
  );
  return (
    <Modal
      opened
      onClose={onClose}
      title={admin.quotaTitle(account.email)}
      closeButtonProps={{ 'aria-label': common.close }}
    >
      <form onSubmit={form.onSubmit((values) => save.mutate(values))}>
        <Stack>
          <Text size="sm" c="dimmed">
            {admin.quotaLead}
          </Text>
          <ErrorNotice error={save.error} />
          {field('storage', admin.storageGb)}
          {field('local', admin.jobsLocal)}
          {field('mode1', admin.jobsMode1)}
          {field('mode2', admin.jobsMode2)}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {common.cancel}
            </Button>
            <Button type="submit" loading={save.isPending}>
              {common.save}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
