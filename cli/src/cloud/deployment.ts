import { MroError } from '@mroptimum/contract';
import type { Aws } from './aws.ts';

/** A stack with what it nests: names of the templates ⇒ names in the account. */
export interface Deployment {
  readonly stack: string;
  readonly status: string;
  readonly account: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly outputs: Readonly<Record<string, string>>;
  readonly resources: Readonly<Record<string, string>>;
}

interface Described {
  readonly Stacks: readonly {
    readonly StackId: string;
    readonly StackStatus: string;
    readonly Parameters?: readonly { readonly ParameterKey: string; readonly ParameterValue: string }[];
    readonly Outputs?: readonly { readonly OutputKey: string; readonly OutputValue: string }[];
  }[];
}

interface Resources {
  readonly StackResources: readonly {
    readonly LogicalResourceId: string;
    readonly PhysicalResourceId?: string;
    readonly ResourceType: string;
  }[];
}

/** @throws MroError where there is no such stack */
export async function readDeployment(aws: Aws, stack: string): Promise<Deployment> {
  const { Stacks } = await aws<Described>('cloudformation', 'describe-stacks', '--stack-name', stack);
  const [found] = Stacks;
  if (!found) throw new MroError('MRO_CLI_FILE', `There is no stack ${stack}.`);
  const named = (pairs: readonly (readonly [string, string])[]) => Object.fromEntries(pairs);
  return {
    stack,
    status: found.StackStatus,
    account: found.StackId.split(':')[4] ?? '',
    parameters: named((found.Parameters ?? []).map((one) => [one.ParameterKey, one.ParameterValue])),
    outputs: named((found.Outputs ?? []).map((one) => [one.OutputKey, one.OutputValue])),
    resources: await resourcesOf(aws, stack),
  };
}

async function resourcesOf(aws: Aws, stack: string): Promise<Record<string, string>> {
  const asked = ['cloudformation', 'describe-stack-resources', '--stack-name', stack];
  const { StackResources } = await aws<Resources>(...asked);
  const found: Record<string, string> = {};
  for (const { LogicalResourceId, PhysicalResourceId, ResourceType } of StackResources) {
    if (PhysicalResourceId === undefined) continue;
    found[LogicalResourceId] = PhysicalResourceId;
    if (ResourceType === 'AWS::CloudFormation::Stack')
      Object.assign(found, await resourcesOf(aws, PhysicalResourceId));
  }
  return found;
}
