import { Alert, Anchor, Button, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { endpoints, passwordProblems } from '@mroptimum/contract';
import { IconMailCheck } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ErrorNotice } from '../components/ErrorNotice.tsx';
import { session } from '../strings/session.ts';
import { useBrain } from './BrainProvider.tsx';
import { Entrance } from './Entrance.tsx';
import { NewPasswordInput } from './NewPasswordInput.tsx';

/** A new account: waits for an administrator where the operator says so. */
export function RegisterPage() {
  const brain = useBrain();
  const form = useForm({
    initialValues: { email: '', password: '', username: '', firstname: '', lastname: '', institution: '' },
    validate: { password: (value) => (passwordProblems(value).length > 0 ? session.passwordNeeds : null) },
  });
  const register = useMutation({
    mutationFn: (body: typeof form.values) => brain.call(endpoints.register, { body }),
  });

  if (register.data) {
    const waits = register.data.status === 'pending';
    return (
      <Entrance title={session.createAccount}>
        <Stack>
          <Alert
            role="status"
            icon={<IconMailCheck aria-hidden />}
            title={waits ? session.waitsTitle : session.readyTitle}
          >
            {waits ? session.waits(form.values.email) : session.ready}
          </Alert>
          <Anchor component={Link} to="/login">
            {session.backToSignIn}
          </Anchor>
        </Stack>
      </Entrance>
    );
  }

  return (
    <Entrance title={session.createAccount}>
      <form onSubmit={form.onSubmit((values) => register.mutate(values))}>
        <Stack>
          <ErrorNotice error={register.error} />
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            <TextInput
              label={session.firstname}
              autoComplete="given-name"
              required
              {...form.getInputProps('firstname')}
            />
            <TextInput
              label={session.lastname}
              autoComplete="family-name"
              required
              {...form.getInputProps('lastname')}
            />
          </SimpleGrid>
          <TextInput
            label={session.email}
            type="email"
            autoComplete="email"
            required
            {...form.getInputProps('email')}
          />
          <TextInput
            label={session.username}
            description={session.usernameHint}
            autoComplete="username"
            required
            {...form.getInputProps('username')}
          />
          <TextInput
            label={`${session.institution} (${session.optional})`}
            autoComplete="organization"
            {...form.getInputProps('institution')}
          />
          <NewPasswordInput
            label={session.password}
            value={form.values.password}
            onChange={(value) => form.setFieldValue('password', value)}
          />
          <Button type="submit" loading={register.isPending}>
            {session.register}
          </Button>
          <Text size="sm" c="dimmed">
            {session.haveAccount}{' '}
            <Anchor component={Link} to="/login" underline="always">
              {session.signIn}
            </Anchor>
          </Text>
        </Stack>
      </form>
    </Entrance>
  );
}
