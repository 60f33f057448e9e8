import { Alert, Anchor, Button, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { endpoints } from '@mroptimum/contract';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { session } from '../strings/session.ts';
import { useBrain } from './BrainProvider.tsx';
import { EntranceDone } from './EntranceDone.tsx';
import { EntranceForm } from './EntranceForm.tsx';
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
    return <EntranceDone title={session.forgotTitle}>{session.passwordSet}</EntranceDone>;
  }

  return (
    <EntranceForm
      title={session.forgotTitle}
      action={hasCode ? session.setPassword : session.sendCode}
      pending={ask.isPending || reset.isPending}
      error={hasCode ? reset.error : ask.error}
      onSubmit={form.onSubmit(send)}
      lead={
        ask.isSuccess ? <Alert role="status">{session.codeSent}</Alert> : <Text>{session.forgotLead}</Text>
      }
      links={
        <>
          {!hasCode && (
            <Button variant="subtle" onClick={() => setHasCode(true)}>
              {session.haveCode}
            </Button>
          )}
          <Anchor component={Link} to="/login" size="sm">
            {session.backToSignIn}
          </Anchor>
        </>
      }
    >
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
    </EntranceForm>
  );
}
