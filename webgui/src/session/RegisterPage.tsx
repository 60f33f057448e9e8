import { Anchor, SimpleGrid, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { endpoints, passwordProblems } from '@mroptimum/contract';
import { IconMailCheck } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { session } from '../strings/session.ts';
import { useBrain } from './BrainProvider.tsx';
import { EntranceDone } from './EntranceDone.tsx';
import { EntranceForm } from './EntranceForm.tsx';
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
      <EntranceDone
        title={session.createAccount}
        heading={waits ? session.waitsTitle : session.readyTitle}
        icon={<IconMailCheck aria-hidden />}
      >
        {waits ? session.waits(form.values.email) : session.ready}
      </EntranceDone>
    );
  }

  return (
    <EntranceForm
      title={session.createAccount}
      action={session.register}
      pending={register.isPending}
      error={register.error}
      onSubmit={form.onSubmit((values) => register.mutate(values))}
      links={
        <Text size="sm" c="dimmed">
          {session.haveAccount}{' '}
          <Anchor component={Link} to="/login" underline="always">
            {session.signIn}
          </Anchor>
        </Text>
      }
    >
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
    </EntranceForm>
  );
}
