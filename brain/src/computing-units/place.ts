import { randomBytes, randomUUID } from 'node:crypto';
import { MroError, type UnitRegistration, unitSecret } from '@mroptimum/contract';
import type { ComputingUnit } from '../entities.ts';

type Fields = Pick<
  ComputingUnit,
  'appId' | 'alias' | 'mode' | 'provider' | 'isDefault' | 'isShared' | 'cloud'
>;

/** Providers as clients have called them; all of them are accounts of Amazon's cloud, but "local". */
const cloudProviders = new Set(['aws', 'cloudmrhub', 'user', 'user-owned', 'self-hosted']);

/** 256 random bits as text. */
export const secretText = (): string => randomBytes(32).toString('base64url');

/** What a registration is about: which stored unit is the same place, and what it becomes. */
export interface Place {
  matches(unit: ComputingUnit): boolean;
  fields(earlier: ComputingUnit | undefined): Fields;
}

/** The application that a registration names, by whichever of the field names that clients have used. */
export const appNamed = (request: UnitRegistration): string | undefined =>
  request.appId ?? request.appName ?? request.app_name ?? request.cloudapp_name ?? request.cloudapp_id;

/** @throws MRO_BRAIN_INVALID where a unit of this kind needs a field that is missing */
export function placeOf(request: UnitRegistration, appId: string): Place {
  const provider = request.provider.toLowerCase();
  return provider === 'local' || request.mode === 'local'
    ? localPlace(request, appId)
    : cloudPlace(request, appId, cloudProviders.has(provider) ? 'aws' : provider);
}

function localPlace(request: UnitRegistration, appId: string): Place {
  const alias = request.alias || 'My computer';
  return {
    matches: (unit) => unit.mode === 'local' && unit.alias === alias,
    fields: () => ({
      appId,
      alias,
      mode: 'local',
      provider: 'local',
      isDefault: request.isDefault,
      isShared: request.isShared,
    }),
  };
}

/** Mode 2 is registered twice: for the external id, and again with the role that requires it. */
function cloudPlace(request: UnitRegistration, appId: string, provider: string): Place {
  const { mode } = request;
  const awsAccountId = needed(request, 'awsAccountId');
  const region = needed(request, 'region');
  if (mode === 'mode1')
    for (const name of ['stateMachineArn', 'resultsBucket', 'failedBucket', 'dataBucket'] as const)
      needed(request, name);
  return {
    matches: ({ mode: its, cloud, appId: app }) =>
      its === mode && app === appId && cloud?.awsAccountId === awsAccountId && cloud.region === region,
    fields: (earlier) => ({
      appId,
      alias: request.alias || earlier?.alias || `${awsAccountId} ${region}`,
      mode,
      provider,
      isDefault: request.isDefault,
      isShared: mode === 'mode1' || request.isShared,
      cloud: {
        awsAccountId,
        region,
        stateMachineArn: request.stateMachineArn ?? earlier?.cloud?.stateMachineArn ?? '',
        resultsBucket: request.resultsBucket ?? earlier?.cloud?.resultsBucket ?? '',
        failedBucket: request.failedBucket ?? earlier?.cloud?.failedBucket ?? '',
        dataBucket: request.dataBucket ?? earlier?.cloud?.dataBucket ?? '',
        ...(mode === 'mode2' && {
          crossAccountRoleArn: request.crossAccountRoleArn ?? earlier?.cloud?.crossAccountRoleArn,
          externalId: earlier?.cloud?.externalId ?? secretText(),
        }),
      },
    }),
  };
}

function needed(
  request: UnitRegistration,
  name: 'awsAccountId' | 'region' | 'stateMachineArn' | 'resultsBucket' | 'failedBucket' | 'dataBucket',
): string {
  const value = request[name];
  if (value !== undefined) return value;
  throw new MroError('MRO_BRAIN_INVALID', `${name}: missing; a unit of ${request.mode} needs it.`);
}

/** A new secret by which a unit signs its callbacks. */
export const callbackSecretOf = (unitId: string): string => unitSecret(unitId, secretText());

/** A unit as it is when new: ready, with a secret of its own for callbacks. */
export function newUnit({ at, ...fields }: Fields & { ownerId: string; at: string }): ComputingUnit {
  const id = randomUUID();
  return {
    ...fields,
    id,
    version: 1,
    createdAt: at,
    updatedAt: at,
    status: 'ready',
    callbackSecret: callbackSecretOf(id),
  };
}
