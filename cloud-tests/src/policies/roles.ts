import {
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListRolePoliciesCommand,
} from '@aws-sdk/client-iam';
import { motoAddress } from '../moto.ts';

/** What a role may do, and who may assume it, as it is in the cloud now. */
export interface RolePolicies {
  readonly trust: object;
  readonly identity: readonly object[];
}

export const accountOf = (arn: string): string => arn.split(':')[4] ?? '';

const document = (text: string | undefined): object => JSON.parse(decodeURIComponent(text ?? '')) as object;

/** Reads a role of any account. */
export async function policiesOf(roleArn: string): Promise<RolePolicies> {
  const iam = new IAMClient({ endpoint: motoAddress(), region: 'us-east-1' });
  iam.middlewareStack.add(
    (next) => (args) => {
      (args.request as { headers: Record<string, string> }).headers['x-moto-account-id'] = accountOf(roleArn);
      return next(args);
    },
    { step: 'build' },
  );
  const RoleName = roleArn.split('/').at(-1)!;
  const { Role } = await iam.send(new GetRoleCommand({ RoleName }));
  const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
  const identity = await Promise.all(
    PolicyNames.map(async (PolicyName) =>
      document((await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }))).PolicyDocument),
    ),
  );
  return { trust: document(Role?.AssumeRolePolicyDocument), identity };
}
