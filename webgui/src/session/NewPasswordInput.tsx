import { PasswordInput } from '@mantine/core';
import { passwordProblems } from '@mroptimum/contract';
import { session } from '../strings/session.ts';

interface Props {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** A password that is chosen: says what it still lacks while one types. */
export function NewPasswordInput({ label, value, onChange }: Props) {
  const problems = passwordProblems(value);
  return (
    <PasswordInput
      label={label}
      description={
        problems.length === 0 ? session.passwordGood : `${session.passwordNeeds}: ${problems.join(', ')}.`
      }
      autoComplete="new-password"
      required
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
