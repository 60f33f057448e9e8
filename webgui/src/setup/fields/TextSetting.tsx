import { TextInput } from '@mantine/core';
import type { FieldId } from '../model/fields.ts';
import { useSetup } from '../state.tsx';

interface Props {
  readonly field: FieldId;
  readonly label: string;
  readonly hint: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** A short text of a file that says nothing about itself. */
export function TextSetting({ field, label, hint, value, onChange }: Props) {
  const { shows, errorOf } = useSetup();
  if (!shows(field)) return null;
  return (
    <TextInput
      id={field}
      label={label}
      description={hint}
      error={errorOf(field)}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      inputWrapperOrder={['label', 'input', 'error', 'description']}
    />
  );
}
