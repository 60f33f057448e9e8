import { createContext, type ReactNode, use, useMemo, useState } from 'react';
import { preferredDestination } from '../settings/preferences.ts';
import type { Variation } from './model/batch.ts';
import type { FieldId } from './model/fields.ts';
import { type ChosenFile, defaultForm, type SetupForm } from './model/form.ts';
import { type Problems, problemsOf } from './model/problems.ts';
import type { Destination } from './model/request.ts';
import { isVisible } from './model/visibility.ts';

/** Everything that the page lets one decide. */
export interface Draft {
  readonly form: SetupForm;
  readonly destination: Destination;
  readonly moreSignals: readonly ChosenFile[];
  readonly variations: readonly { readonly variable: Variation['variable']; readonly values: string }[];
}

export const emptyDraft: Draft = { form: defaultForm, destination: {}, moreSignals: [], variations: [] };

interface Setup extends Draft {
  readonly problems: Problems;
  /** Somebody tried to queue: what is missing is told from then on. */
  readonly attempted: boolean;
  readonly attempt: () => void;
  readonly change: (changes: Partial<SetupForm>) => void;
  readonly decide: (changes: Partial<Draft>) => void;
  readonly replace: (draft: Draft) => void;
  readonly shows: (field: FieldId) => boolean;
  /** What is wrong with a field, where it is time to tell. */
  readonly errorOf: (field: FieldId) => string | undefined;
}

const SetupContext = createContext<Setup | undefined>(undefined);

/** Fields that are empty at first without anybody's fault. */
const filesFields: ReadonlySet<FieldId> = new Set([
  'signal',
  'signal.axes',
  'sensitivities.source',
  'mask.file',
  'mask.value',
  'flipAngle.file',
]);

/** Holds the draft; it survives visits to other pages as long as the same account is signed in. */
export function SetupProvider({ account, children }: { account: string; children: ReactNode }) {
  const [draft, setDraft] = useState<Draft>(() =>
    kept.account === account ? kept.draft : { ...emptyDraft, destination: preferredDestination() },
  );
  const [attempted, setAttempted] = useState(false);
  const value = useMemo((): Setup => {
    const problems = problemsOf(draft.form);
    const update = (next: (before: Draft) => Draft): void =>
      setDraft((before) => {
        const after = next(before);
        kept = { account, draft: after };
        return after;
      });
    return {
      ...draft,
      problems,
      attempted,
      attempt: () => setAttempted(true),
      change: (changes) => update((before) => ({ ...before, form: { ...before.form, ...changes } })),
      decide: (changes) => update((before) => ({ ...before, ...changes })),
      replace: (next) => {
        setAttempted(false);
        update(() => next);
      },
      shows: (field) => isVisible(field, draft.form),
      errorOf: (field) =>
        attempted || !filesFields.has(field) || isFilled(field, draft.form)
          ? problems.fields[field]
          : undefined,
    };
  }, [draft, attempted, account]);
  return <SetupContext value={value}>{children}</SetupContext>;
}

let kept: { account: string; draft: Draft } = { account: '', draft: emptyDraft };

const isFilled = (field: FieldId, { mask, signalArray }: SetupForm): boolean =>
  (field === 'mask.value' && (mask.method !== 'threshold' || mask.threshold !== '')) ||
  (field === 'signal.axes' && signalArray.axes !== '');

/** The draft, and what can be done with it; inside `SetupProvider` alone. */
export const useSetup = (): Setup => use(SetupContext)!;
