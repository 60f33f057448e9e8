import { SimpleGrid } from '@mantine/core';
import { setup } from '../../strings/setup.ts';
import { NumberSetting } from '../fields/NumberSetting.tsx';
import type { EspiritFields } from '../model/form.ts';

interface Props {
  readonly of: 'sensitivities' | 'mask';
  readonly value: EspiritFields;
  readonly onChange: (value: EspiritFields) => void;
}

/** The four numbers of ESPIRiT, for maps or for a mask. */
export function EspiritSettings({ of, value, onChange }: Props) {
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }} verticalSpacing="sm">
      {(['k', 'r', 't', 'c'] as const).map((name) => (
        <NumberSetting
          key={name}
          field={`${of}.${name}`}
          label={setup.espirit[name]}
          onChange={(next) => onChange({ ...value, [name]: next })}
        />
      ))}
    </SimpleGrid>
  );
}
