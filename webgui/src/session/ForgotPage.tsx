import { Alert, Anchor, Button, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { endpoints } from '@mroptimum/contract';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { ErrorNotice } from '../components/ErrorNotice.tsx';
import { session } from '../strings/session.ts';
import { useBrain } from './BrainProvider.tsx';
import { Entrance } from './Entrance.tsx';
import { NewPasswordInput } from './NewPasswordInput.tsx';

/** A new password by a code: asked for first, then typed in. */
export function ForgotPage() {
  const brain = useBrain();
  const [hasCode, setHasCode] = useState(false);
  const form = useForm({ initialValues: { email: '', code: '', newPassword: '' } });
  const ask = useMutation({
    mutationFn: ({ email }: typeof form.values) => brain.call(endpoints.forgotPassword, { body: { email } }),
    onSuccess: () => setHasCode(true),
  });
  const reset = useMutation({
    mutationFn: (body: typeof form.values) => brain.call(endpoints.resetPassword, { body }),
  });
  const send = (values: typeof form.values): void => (hasCode ? reset.mutate(values) : ask.mutate(values));

  if (reset.isSuccess) {
    return (
      <Entrance title={session.forgotTitle}>
        <Stack>
          <Alert role="status">{session.passwordSet}</Alert>
          <Anchor component={Link} to="/login">
            {session.backToSignIn}
          </Anchor>
        </Stack>
      </Entrance>
    );
  }

  return (
    <Entrance title={session.forgotTitle}>
      <form onSubmit={form.onSubmit(send)}>
        <Stack>
          {ask.isSuccess ? (
            <Alert role="status">{session.codeSent}</Alert>
          ) : (
            <Text>{session.forgotLead}</Text>
          )}
          <ErrorNotice error={hasCode ? reset.error : ask.error} />
          <TextInput
            label={session.email}
            type="email"
            autoComplete="username"
            required
            {...form.getInputProps('email')}
          />
          {hasCode && (
            <>
              <TextInput
                label={session.code}
                inputMode="numeric"
                autoComplete="one-time-code"
                required
                {...form.getInputProps('code')}
              />
              <NewPasswordInput
                label={session.newPassword}
                value={form.values.newPassword}
                onChange={(value) => form.setFieldValue('newPassword', value)}
              />
            </>
          )}
          <Button type="submit" loading={ask.isPending || reset.isPending}>
            {hasCode ? session.setPassword : session.sendCode}
          </Button>
          {!hasCode && (
            <Button variant="subtle" onClick={() => setHasCode(true)}>
              {session.haveCode}
            </Button>
          )}
          <Anchor component={Link} to="/login" size="sm">
            {session.backToSignIn}
          </Anchor>
        </Stack>
      </form>
    </Entrance>
  );
}
