import type { GuardedCall } from './guard.ts';
import { policiesOf } from './roles.ts';

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
}

/** One action on one resource that a role is allowed. */
export interface Permission {
  readonly action: string;
  readonly resource: string;
}

const listed = <T>(value: T | readonly T[]): readonly T[] => (Array.isArray(value) ? value : [value as T]);

/** Everything that the policies of a role allow, one by one. */
export async function permissionsOf(roleArn: string): Promise<readonly Permission[]> {
  const { identity } = await policiesOf(roleArn);
  const statements = identity.flatMap((policy) =>
    listed((policy as { Statement: Statement | Statement[] }).Statement),
  );
  return statements
    .filter(({ Effect }) => Effect === 'Allow')
    .flatMap(({ Action, Resource }) =>
      listed(Action).flatMap((action) => listed(Resource).map((resource) => ({ action, resource }))),
    );
}

/** Whether a name fits a pattern of a policy, in which * stands for anything. */
const fits = (pattern: string, name: string): boolean =>
  new RegExp(
    `^${pattern
      .split('*')
      .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*')}$`,
  ).test(name);

/** What a role is allowed and none of these calls needed. */
export async function unusedOf(
  roleArn: string,
  calls: readonly GuardedCall[],
): Promise<readonly Permission[]> {
  const made = calls.filter(({ role, allowed }) => role === roleArn && allowed);
  return (await permissionsOf(roleArn)).filter(
    ({ action, resource }) => !made.some((call) => call.action === action && fits(resource, call.resource)),
  );
}
