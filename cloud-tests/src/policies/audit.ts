import type { Stack } from '../stacks.ts';
import type { GuardedCall } from './guard.ts';
import { permissionsOf, unusedOf } from './unused.ts';

/** Roles of a stack: ARNs by the names of the template. */
export type Roles = Readonly<Record<string, string>>;

export const rolesOf = ({ resources }: Stack, account: string, path = '/'): Roles =>
  Object.fromEntries(
    Object.entries(resources)
      .filter(([name]) => name.endsWith('Role'))
      .map(([name, physical]) => [name, `arn:aws:iam::${account}:role${path}${physical}`]),
  );

/** What roles may do, beside what was done with them; each line as "role action resource". */
export interface Audit {
  /** Done, and not allowed. */
  readonly denied: readonly string[];
  /** Allowed, and not done. */
  readonly unused: readonly string[];
  /** Resources that are patterns, without the role. */
  readonly patterns: readonly string[];
  /** Actions that are patterns. */
  readonly wideActions: readonly string[];
}

/** @param place says a resource without what differs by account */
export async function audit(
  roles: Roles,
  calls: readonly GuardedCall[],
  place: (resource: string) => string,
): Promise<Audit> {
  const [denied, unused, patterns, wideActions] = [0, 1, 2, 3].map(() => new Set<string>());
  for (const [name, arn] of Object.entries(roles)) {
    for (const { action, resource } of calls.filter(({ role, allowed }) => role === arn && !allowed))
      denied!.add(`${name} ${action} ${place(resource)}`);
    for (const { action, resource } of await unusedOf(arn, calls))
      unused!.add(`${name} ${action} ${place(resource)}`);
    for (const { action, resource } of await permissionsOf(arn)) {
      if (resource.includes('*')) patterns!.add(place(resource));
      if (action.includes('*')) wideActions!.add(`${name} ${action}`);
    }
  }
  const sorted = (found: ReadonlySet<string> | undefined): readonly string[] => [...found!].sort();
  return {
    denied: sorted(denied),
    unused: sorted(unused),
    patterns: sorted(patterns),
    wideActions: sorted(wideActions),
  };
}
