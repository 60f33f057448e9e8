import { runSimulation } from '@cloud-copilot/iam-simulate';

/** One thing that somebody wants to do with one resource. */
export interface Wish {
  /** ARN of the role that asks. */
  readonly principal: string;
  /** As policies name it, e.g. `s3:GetObject`. */
  readonly action: string;
  readonly resource: string;
  /** Account of the resource. */
  readonly account: string;
  readonly context?: Readonly<Record<string, string>>;
}

export type Verdict = 'Allowed' | 'ExplicitlyDenied' | 'ImplicitlyDenied';

/**
 * What AWS would decide by the policies of the role that asks, and, across accounts and for the trust of roles, by that
 * of the resource.
 *
 * @throws Error for policies and wishes that AWS would not understand
 */
export async function decide(wish: Wish, identity: readonly object[], ofResource?: object): Promise<Verdict> {
  const { principal, action, resource, account, context } = wish;
  const answer = await runSimulation(
    {
      request: {
        principal,
        action,
        resource: { resource, accountId: account },
        contextVariables: { 'aws:SecureTransport': 'true', ...context },
      },
      identityPolicies: identity.map((policy, at) => ({ name: `policy ${at}`, policy })),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      ...(ofResource && { resourcePolicy: ofResource }),
    },
    {},
  );
  if (answer.resultType === 'error') {
    throw new Error(`${action} on ${resource}: ${answer.errors.message} ${JSON.stringify(answer.errors)}`);
  }
  return answer.overallResult;
}
