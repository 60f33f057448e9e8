import { runProgram, samTransform } from '../python.ts';

export const account = '111111111111';
export const region = 'us-east-1';
/** Of the deployment; not the default one. */
export const prefix = 'lab-snr';

/** Templates of mode 1, and the stacks that CloudFormation makes of them. */
const stacks: Readonly<Record<string, string>> = {
  'template.yaml': `${prefix}-calculation`,
  'calculation/template.yaml': `${prefix}-calculation-Calculation-1ABCDEFGHIJK`,
  'brain/template.yaml': `${prefix}-brain`,
};

/** A resource of one of the stacks. */
export interface Resource {
  readonly stack: string;
  readonly name: string;
  readonly Type: string;
  readonly DeletionPolicy?: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

/** Everything that the three templates make. */
export async function resourcesOfStacks(): Promise<readonly Resource[]> {
  const transformed = await Promise.all(
    Object.entries(stacks).map(async ([path, stack]) => {
      const { Resources } = (await samTransform(path)) as {
        Resources: Record<string, Omit<Resource, 'name'>>;
      };
      return Object.entries(Resources).map(([name, resource]) => ({ ...resource, stack, name }));
    }),
  );
  return transformed.flat();
}

export interface Policy {
  readonly Statement: readonly { readonly Sid: string; readonly Action: string | readonly string[] }[];
}

/** A file of scripts/policies, as the scripts fill it in. */
export async function policyOfScripts(name: string): Promise<Policy> {
  const settings = `account=${account} region=${region} prefix=${prefix}`;
  const filled = `source scripts/lib/mode1.sh; ${settings}; policy ${name}`;
  return JSON.parse((await runProgram('bash', ['-c', filled])).stdout) as Policy;
}

export const listed = <T>(value: T | readonly T[]): readonly T[] =>
  Array.isArray(value) ? (value as readonly T[]) : [value as T];

/** Everything that a policy allows, by name. */
export const actionsOf = ({ Statement }: Policy): readonly string[] =>
  Statement.flatMap(({ Action }) => listed(Action));

/** Names that CloudFormation gives, or that the templates do. */
export function arnOf(service: string, { stack, name, Type }: Resource): string {
  const arn = (rest: string, of = `${region}:${account}`): string => `arn:aws:${service}:${of}:${rest}`;
  const unique = `${stack}-${name}-1A2B3C4D5E6F`;
  switch (service) {
    case 's3':
      if (Type.startsWith('AWS::S3')) return arn(unique.replace('Policy-', '-').toLowerCase(), ':');
      return arn(`${prefix}-deploy-${account}-${region}/0123456789abcdef`, ':');
    case 'iam':
      return arn(
        `role/${Type === 'AWS::IAM::Role' ? unique : `${stack}-SomeRole-1A2B3C4D5E6F`}`,
        `:${account}`,
      );
    case 'lambda':
      return arn(`function:${unique}`);
    case 'sqs':
      return arn(unique);
    case 'events':
      return arn(`rule/${unique}`);
    case 'cloudwatch':
      return arn(`alarm:${unique}`);
    case 'dynamodb':
      return arn(`table/${unique}`);
    case 'states':
      return arn(`stateMachine:${prefix}-calculation`);
    case 'ecs':
      return arn(
        Type === 'AWS::ECS::Cluster' ? `cluster/${prefix}` : `task-definition/${prefix}-calculation:1`,
      );
    case 'ec2':
      return arn('security-group/sg-0123456789abcdef0');
    case 'logs': {
      const [, kind] = /^(Function|Task)Logs$/.exec(name) ?? [];
      return arn(`log-group:${kind ? `/mroptimum/${prefix}/${kind.toLowerCase()}s` : unique}`);
    }
    case 'secretsmanager':
      return arn(`secret:${name}-1A2B3C4D5E6F-AbCdEf`);
    case 'cloudformation':
      return arn(`stack/${unique}/11111111-2222-3333-4444-555555555555`);
    case 'apigateway':
      return arn('/apis/a1b2c3d4e5/stages', `${region}:`);
    default: {
      const kinds: Record<string, string> = {
        Distribution: 'distribution/E123',
        Function: `function/${stack}-paths`,
        OriginAccessControl: 'origin-access-control/E123',
        ResponseHeadersPolicy: 'response-headers-policy/1234',
      };
      return arn(kinds[Type.split('::')[2]!] ?? '', `:${account}`);
    }
  }
}
