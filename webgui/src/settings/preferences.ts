import { useSyncExternalStore } from 'react';
import { z } from 'zod';
import { type ColourMapName, colourMapNames } from '../viewer/model/colours.ts';

const preferencesSchema = z.object({
  /** Computing unit that Set up proposes; absent: the server's default. */
  unit: z.string().optional().catch(undefined),
  /** Mode that Set up proposes where no unit is named. */
  mode: z.enum(['local', 'mode1', 'mode2']).optional().catch(undefined),
  colour: z.enum(colourMapNames).catch('viridis' satisfies ColourMapName),
  /** Left of the patient on the left of the picture. */
  neurological: z.boolean().catch(false),
  /** How places in an image are told. */
  position: z.enum(['mm', 'voxel', 'both']).catch('both'),
});
export type Preferences = z.infer<typeof preferencesSchema>;

const key = 'mroptimum-preferences';
const listeners = new Set<() => void>();
let current = read();

function read(): Preferences {
  try {
    return preferencesSchema.parse(JSON.parse(localStorage.getItem(key) ?? '{}'));
  } catch {
    return preferencesSchema.parse({});
  }
}

window.addEventListener('storage', (event) => {
  if (event.key !== key) return;
  current = read();
  for (const listener of listeners) listener();
});

/** What somebody prefers in this browser. */
export const preferences = {
  get: (): Preferences => current,
  set(changes: Partial<Preferences>): void {
    current = preferencesSchema.parse({ ...current, ...changes });
    localStorage.setItem(key, JSON.stringify(current));
    for (const listener of listeners) listener();
  },
  subscribe(changed: () => void): () => void {
    listeners.add(changed);
    return () => listeners.delete(changed);
  },
};

/** Where a new job is to run: a unit, else a mode, else as the server decides. */
export const preferredDestination = (): { readonly unit?: string; readonly mode?: string } => {
  const { unit, mode } = current;
  return unit !== undefined ? { unit } : mode !== undefined ? { mode } : {};
};

export const usePreferences = (): Preferences => useSyncExternalStore(preferences.subscribe, preferences.get);
