import { HeadBucketCommand } from '@aws-sdk/client-s3';
import { DescribeStateMachineCommand } from '@aws-sdk/client-sfn';
import { MroError } from '@mroptimum/contract';
import type { ComputingUnit } from '../../entities.ts';
import type { Finding } from '../launcher.ts';
import { nameOf } from '../s3/client.ts';
import { type Account, bucketsOf, cloudOf, roleRequest } from './accounts.ts';
import type { Roles } from './roles.ts';

const fine = (what: string): Finding => ({ what, ok: true, advice: 'Nothing to do.' });
const wrong = (what: string, advice: string): Finding => ({ what, ok: false, advice });

const openRole =
  'Add a condition to the trust policy of the role: sts:ExternalId must equal the external id of the registration. ' +
  'Without it, whoever knows the name of the role could use this server to reach the account.';

/**
 * Whether the role of a unit refuses who brings no external id.
 * @returns undefined where it does
 */
export async function openRoleFinding(roles: Roles, unit: ComputingUnit): Promise<Finding | undefined> {
  const request = roleRequest(unit);
  if (request === undefined) return undefined;
  const what = 'The role refuses who does not bring the external id';
  try {
    await roles.assume({ ...request, externalId: undefined });
    return wrong(what, openRole);
  } catch (error) {
    if (error instanceof MroError && error.details.denied === true) return undefined;
    return wrong(what, 'This could not be tried now: check the name of the role, then try again.');
  }
}

/** What a unit needs, one after the other, each in words; what cannot work without the role is not tried then. */
export async function unitHealth(
  unit: ComputingUnit,
  roles: Roles,
  accountOf: (unit: ComputingUnit) => Account,
): Promise<Finding[]> {
  const role = await roleHealth(unit, roles);
  if (role.some(({ ok }) => !ok)) return role;
  const { sfn, s3 } = accountOf(unit);
  const { stateMachineArn } = cloudOf(unit);
  const buckets = Object.entries(bucketsOf(cloudOf(unit)));
  return [
    ...role,
    await tried('The state machine is there and active', stateMachineArn, async () => {
      const { status } = await sfn.send(new DescribeStateMachineCommand({ stateMachineArn }));
      return status === 'ACTIVE' ? undefined : `It is ${status}: deploy the stack again.`;
    }),
    ...(await Promise.all(
      buckets.map(([kind, Bucket]) =>
        tried(`The bucket for ${kind} can be reached`, Bucket, async () => {
          await s3.send(new HeadBucketCommand({ Bucket }));
          return undefined;
        }),
      ),
    )),
  ];
}

async function roleHealth(unit: ComputingUnit, roles: Roles): Promise<Finding[]> {
  const request = roleRequest(unit);
  const what = 'This server can take on the role of the account';
  if (request === undefined)
    return unit.mode === 'mode2'
      ? [wrong(what, 'The unit has no role yet: deploy the stack of the account, which registers it.')]
      : [];
  try {
    await roles.assume(request);
  } catch (error) {
    const advice = error instanceof MroError ? error.hint : 'Check the name of the role.';
    return [wrong(what, advice)];
  }
  const open = await openRoleFinding(roles, unit);
  return [fine(what), open ?? fine('The role refuses who does not bring the external id')];
}

async function tried(what: string, name: string, look: () => Promise<string | undefined>): Promise<Finding> {
  if (name === '') return wrong(what, 'The registration does not name it: register the unit again.');
  try {
    const advice = await look();
    return advice === undefined ? fine(what) : wrong(what, advice);
  } catch (error) {
    return wrong(
      what,
      `${name}: the account answers ${nameOf(error) || 'nothing'}. ${adviceFor(nameOf(error))}`,
    );
  }
}

const adviceFor = (name: string): string =>
  /denied|forbidden|403/i.test(name)
    ? 'Its policy must allow this server’s role.'
    : 'Check name and region in the registration, or deploy the stack again.';
