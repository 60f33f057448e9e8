import { NumberInput } from '@mantine/core';
import { setup } from '../../strings/setup.ts';
import { type FieldId, numberOf, rangeOf } from '../model/fields.ts';
import type { NumberField } from '../model/form.ts';
import { useSetup } from '../state.tsx';

interface Props {
  readonly field: FieldId;
  readonly label: string;
  readonly hint?: string;
  /** Where the field has no range of its own. */
  readonly value?: NumberField;
  readonly onChange: (value: NumberField) => void;
}

/** A number with its range below it and what is wrong with it. Nothing is corrected behind one's back. */
export function NumberSetting({ field, label, hint, value, onChange }: Props) {
  const { form, errorOf, shows } = useSetup();
  if (!shows(field)) return null;
  const range = rangeOf(field, form);
  const fraction = range === undefined || range.fraction === true;
  const rangeHint = range && setup.rangeHint(range.min, range.max);
  return (
    <NumberInput
      id={field}
      label={label}
      description={[hint, rangeHint].filter(Boolean).join(' · ')}
      error={errorOf(field)}
      value={value ?? numberOf(field, form) ?? ''}
      onChange={(next) => onChange(next === '' || !Number.isFinite(Number(next)) ? '' : Number(next))}
      allowDecimal={fraction}
      decimalScale={6}
      step={fraction ? (range !== undefined && range.max <= 1 ? 0.01 : 1) : 1}
      clampBehavior="none"
      hideControls={fraction && range?.max === 1}
      inputWrapperOrder={['label', 'input', 'error', 'description']}
    />
  );
}
