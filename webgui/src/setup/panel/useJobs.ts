import { useMemo } from 'react';
import { expand, valueProblem, valuesIn } from '../model/batch.ts';
import type { SetupForm } from '../model/form.ts';
import { useSetup } from '../state.tsx';

/** The jobs that the draft stands for: one, or the grid of a batch. Values that cannot be used make none. */
export function useJobs(): readonly SetupForm[] {
  const { form, moreSignals, variations } = useSetup();
  return useMemo(
    () =>
      expand(
        form,
        moreSignals,
        variations.map(({ variable, values }) => ({
          variable,
          values: valuesIn(values).filter((value) => valueProblem(variable, value) === undefined),
        })),
      ),
    [form, moreSignals, variations],
  );
}
