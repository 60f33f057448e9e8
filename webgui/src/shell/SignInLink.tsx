import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { shell } from '../strings/shell.ts';

/** In place of the account, where nobody is signed in. */
export function SignInLink() {
  return (
    <Button component={Link} to="/login" size="xs" variant="light">
      {shell.signIn}
    </Button>
  );
}
