import type { ReactNode } from 'react';
import type { FieldId } from '../model/fields.ts';
import { useSetup } from '../state.tsx';

/** Its children where the field means something. */
export function Shown({ field, children }: { field: FieldId; children: ReactNode }) {
  return useSetup().shows(field) ? children : null;
}
