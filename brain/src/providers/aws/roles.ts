import { AssumeRoleCommand, STSClient, type STSClientConfig } from '@aws-sdk/client-sts';
import { MroError } from '@mroptimum/contract';

/** Keys that end. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

export interface RoleRequest {
  readonly roleArn: string;
  /** Undefined: tries without one, which a role of a user's account must not allow. */
  readonly externalId: string | undefined;
  /** Who it is, for the log of that account. */
  readonly session: string;
}

/** Takes on a role of another account. */
export interface Roles {
  /** @throws MRO_BRAIN_UNIT with `details.denied` where the role does not let this server in */
  assume(request: RoleRequest): Promise<Credentials>;
}

/** The longest that a role may be taken on by somebody who has a role himself. */
const seconds = 3600;

export function stsRoles(config: STSClientConfig = {}): Roles {
  const client = new STSClient(config);
  return {
    assume: async ({ roleArn, externalId, session }) => {
      const request = new AssumeRoleCommand({
        RoleArn: roleArn,
        RoleSessionName: session,
        DurationSeconds: seconds,
        ...(externalId !== undefined && { ExternalId: externalId }),
      });
      const answer = await client.send(request).catch((error: unknown) => {
        throw notAssumed(error);
      });
      const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = answer.Credentials ?? {};
      if (AccessKeyId === undefined || SecretAccessKey === undefined) throw notAssumed(undefined);
      return {
        accessKeyId: AccessKeyId,
        secretAccessKey: SecretAccessKey,
        ...(SessionToken !== undefined && { sessionToken: SessionToken }),
        ...(Expiration !== undefined && { expiration: Expiration }),
      };
    },
  };
}

function notAssumed(cause: unknown): MroError {
  const name = cause instanceof Error ? cause.name : 'unknown';
  return new MroError('MRO_BRAIN_UNIT', 'The role of the computing unit does not let this server in.', {
    hint: 'Its trust policy must name the role of this server and the external id of the registration.',
    details: { aws: name, denied: name === 'AccessDenied' || name === 'AccessDeniedException' },
    cause,
  });
}

/** Links that are signed now work at least this long: keys that would end sooner are renewed. */
const leastLeftMs = 30 * 60_000;

/** Keys of a role for as long as they are good; several who ask at once wait for the same. */
export function keptCredentials(
  roles: Roles,
  request: RoleRequest,
  clock: () => Date,
): () => Promise<Credentials> {
  let current: Promise<Credentials> | undefined;
  let goodUntil = 0;
  return () => {
    if (current && clock().getTime() < goodUntil) return current;
    const renewed = roles.assume(request);
    current = renewed;
    goodUntil = Number.POSITIVE_INFINITY;
    renewed.then(
      ({ expiration }) => {
        goodUntil = (expiration?.getTime() ?? clock().getTime() + 1000 * seconds) - leastLeftMs;
      },
      () => {
        current = undefined;
      },
    );
    return renewed;
  };
}
