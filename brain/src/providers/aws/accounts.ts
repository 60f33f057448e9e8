import type { S3Client, S3ClientConfig } from '@aws-sdk/client-s3';
import { SFNClient, type SFNClientConfig } from '@aws-sdk/client-sfn';
import { MroError } from '@mroptimum/contract';
import type { ComputingUnit } from '../../entities.ts';
import { type Buckets, s3Client } from '../s3/client.ts';
import { type Credentials, keptCredentials, type Roles } from './roles.ts';

/** How this server speaks to the account of a unit. */
export interface Account {
  readonly s3: S3Client;
  readonly sfn: SFNClient;
}

/** Where an account is reached; empty but for tests. */
export interface Reach {
  readonly s3?: S3ClientConfig;
  readonly sfn?: SFNClientConfig;
}

type Cloud = NonNullable<ComputingUnit['cloud']>;

/** @throws MRO_BRAIN_UNIT for a unit that was registered without a place in the cloud */
export function cloudOf({ cloud, alias }: ComputingUnit): Cloud {
  if (cloud) return cloud;
  throw new MroError('MRO_BRAIN_UNIT', `The computing unit ${alias} names no account.`, {
    hint: 'Register it again with account, region, state machine and buckets.',
  });
}

export const bucketsOf = ({ dataBucket, resultsBucket, failedBucket }: Cloud): Buckets => ({
  data: dataBucket,
  results: resultsBucket,
  failed: failedBucket,
});

/** Name of this server's sessions in the log of a user's account. */
const sessionName = ({ id }: ComputingUnit): string => `mroptimum-${id}`.slice(0, 64);

/** What is asked of the role of a unit in a user's own account. */
export const roleRequest = (unit: ComputingUnit) => {
  const { crossAccountRoleArn: roleArn, externalId } = cloudOf(unit);
  return roleArn === undefined ? undefined : { roleArn, externalId, session: sessionName(unit) };
};

/**
 * Clients for the accounts of units: with this server's own rights for units of the operator, with those of the
 * unit's role for units of users. They are kept, so that keys are taken on once an hour.
 */
export function accounts(
  roles: Roles,
  clock: () => Date,
  reach: Reach = {},
): (unit: ComputingUnit) => Account {
  const known = new Map<string, Account>();
  return (unit) => {
    const { region } = cloudOf(unit);
    const request = roleRequest(unit);
    if (unit.mode === 'mode2' && request === undefined) {
      throw new MroError('MRO_BRAIN_UNIT', `The computing unit ${unit.alias} has no role yet.`, {
        hint: 'Deploy the stack of the user’s account: it registers its role.',
      });
    }
    const key = JSON.stringify([region, request]);
    const account =
      known.get(key) ?? openAccount(region, request && keptCredentials(roles, request, clock), reach);
    known.set(key, account);
    return account;
  };
}

function openAccount(
  region: string,
  credentials: (() => Promise<Credentials>) | undefined,
  reach: Reach,
): Account {
  const own = { region, ...(credentials && { credentials }) };
  return { s3: s3Client({ ...reach.s3, ...own }), sfn: new SFNClient({ ...reach.sfn, ...own }) };
}
