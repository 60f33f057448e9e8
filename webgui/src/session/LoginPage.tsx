import { Anchor, Group, PasswordInput, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { getRouteApi, Link, useRouter } from '@tanstack/react-router';
import { session } from '../strings/session.ts';
import { useBrain } from './BrainProvider.tsx';
import { EntranceForm } from './EntranceForm.tsx';

const route = getRouteApi('/login');

/** Sign-in; leads back to where one wanted to go. */
export function LoginPage() {
  const brain = useBrain();
  const router = useRouter();
  const { next } = route.useSearch();
  const form = useForm({ initialValues: { email: '', password: '' } });
  const signIn = useMutation({
    mutationFn: ({ email, password }: typeof form.values) => brain.signIn(email, password),
    onSuccess: () => router.history.replace(next ?? '/'),
  });

  return (
    <EntranceForm
      title={session.signIn}
      action={session.signIn}
      pending={signIn.isPending}
      error={signIn.error}
      onSubmit={form.onSubmit((values) => signIn.mutate(values))}
      links={
        <>
          <Group justify="space-between" gap="xs">
            <Anchor component={Link} to="/forgot" size="sm">
              {session.forgot}
            </Anchor>
            <Text size="sm" c="dimmed">
              {session.noAccount}{' '}
              <Anchor component={Link} to="/register" underline="always">
                {session.register}
              </Anchor>
            </Text>
          </Group>
          <Anchor component={Link} to="/open" size="sm">
            {session.withoutAccount}
          </Anchor>
        </>
      }
    >
      <TextInput
        label={session.email}
        type="email"
        autoComplete="username"
        required
        autoFocus
        {...form.getInputProps('email')}
      />
      <PasswordInput
        label={session.password}
        autoComplete="current-password"
        required
        {...form.getInputProps('password')}
      />
    </EntranceForm>
  );
}
