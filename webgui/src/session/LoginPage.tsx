import { Anchor, Button, Card, Group, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { getRouteApi, Link, useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { ErrorNotice } from '../components/ErrorNotice.tsx';
import { Page } from '../components/Page.tsx';
import { session } from '../strings/session.ts';
import { useBrain } from './BrainProvider.tsx';

const route = getRouteApi('/login');

/** Sign-in; leads back to where one wanted to go. */
export function LoginPage() {
  const brain = useBrain();
  const router = useRouter();
  const { next } = route.useSearch();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const signIn = useMutation({
    mutationFn: () => brain.signIn(email, password),
    onSuccess: () => router.history.replace(next ?? '/'),
  });

  return (
    <Page title={session.signIn} width="narrow">
      <Card
        component="form"
        maw={420}
        onSubmit={(event) => {
          event.preventDefault();
          signIn.mutate();
        }}
      >
        <Stack>
          <Text c="dimmed">{session.welcome}</Text>
          <ErrorNotice error={signIn.error} />
          <TextInput
            label={session.email}
            type="email"
            autoComplete="username"
            required
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
          <PasswordInput
            label={session.password}
            autoComplete="current-password"
            required
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          <Button type="submit" loading={signIn.isPending}>
            {session.signIn}
          </Button>
          <Group justify="space-between">
            <Anchor component={Link} to="/forgot" size="sm">
              {session.forgot}
            </Anchor>
            <Text size="sm">
              {session.noAccount}{' '}
              <Anchor component={Link} to="/register">
                {session.register}
              </Anchor>
            </Text>
          </Group>
        </Stack>
      </Card>
      <Anchor component={Link} to="/open" size="sm" mt="md" display="inline-block">
        {session.withoutAccount}
      </Anchor>
    </Page>
  );
}
