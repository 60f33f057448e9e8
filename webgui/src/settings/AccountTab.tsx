import { Button, Card, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { ErrorNotice } from '../components/ErrorNotice.tsx';
import { Facts } from '../components/Facts.tsx';
import { dateTime } from '../components/format.ts';
import { useBrain } from '../session/BrainProvider.tsx';
import { NewPasswordInput } from '../session/NewPasswordInput.tsx';
import { useProfile } from '../session/useProfile.ts';
import { settings } from '../strings/settings.ts';

const words = settings.account;

/** Who one is, the password, and the end of all sessions. */
export function AccountTab() {
  const brain = useBrain();
  const { data: profile, error } = useProfile();
  const everywhere = useMutation({ mutationFn: () => brain.signOutEverywhere() });
  return (
    <Stack>
      <ErrorNotice error={error} />
      {profile && (
        <Card>
          <Facts
            facts={[
              [words.name, [profile.title, profile.firstname, profile.lastname].filter(Boolean).join(' ')],
              [words.email, profile.email],
              [words.username, profile.username],
              [words.institution, profile.institution],
              [words.role, profile.level],
              [words.since, dateTime(profile.created_at)],
            ]}
          />
        </Card>
      )}
      <PasswordCard />
      <Card>
        <Title order={2} mb={4}>
          {words.everywhere}
        </Title>
        <Text size="sm" c="dimmed" mb="sm">
          {words.everywhereLead}
        </Text>
        <ErrorNotice error={everywhere.error} />
        <Button
          variant="default"
          style={{ alignSelf: 'flex-start' }}
          loading={everywhere.isPending}
          onClick={() => everywhere.mutate()}
        >
          {words.everywhere}
        </Button>
      </Card>
    </Stack>
  );
}

function PasswordCard() {
  const brain = useBrain();
  const form = useForm({ initialValues: { oldPassword: '', newPassword: '' } });
  const change = useMutation({
    mutationFn: ({ oldPassword, newPassword }: typeof form.values) =>
      brain.changePassword(oldPassword, newPassword),
    onSuccess: () => {
      form.reset();
      notifications.show({ message: words.changed });
    },
  });
  return (
    <Card component="form" onSubmit={form.onSubmit((values) => change.mutate(values))}>
      <Title order={2} mb={4}>
        {words.password}
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        {words.passwordLead}
      </Text>
      <Stack maw={420}>
        <ErrorNotice error={change.error} />
        <PasswordInput
          label={words.current}
          autoComplete="current-password"
          required
          {...form.getInputProps('oldPassword')}
        />
        <NewPasswordInput
          label={words.next}
          value={form.values.newPassword}
          onChange={(value) => form.setFieldValue('newPassword', value)}
        />
        <Button type="submit" loading={change.isPending} style={{ alignSelf: 'flex-start' }}>
          {words.change}
        </Button>
      </Stack>
    </Card>
  );
}
