import type { Aws } from './aws.ts';
import type { Deployment } from './deployment.ts';

/** One line of the troubleshooting page, looked at. */
export interface Finding {
  readonly what: string;
  readonly ok: boolean;
  /** What was found; where it is not well, what to do. */
  readonly words: string;
}

export interface Look {
  readonly aws: Aws;
  readonly deployment: Deployment;
  readonly fetch: typeof fetch;
}

/** A line of the page: says what is well, or throws or returns what is not. */
export interface Check {
  readonly what: string;
  /** What to do where it is not well. */
  readonly advice: string;
  /** Nothing: this does not belong to such a deployment. Starts with "!" where it is not well. */
  look(at: Look): Promise<string | undefined>;
}

const buckets = ['Data', 'Results', 'Failed'] as const;
const again = 'deploy the stack again';
const exporter = ({ parameters, stack }: Deployment): string => parameters.BrainStackName ?? stack;

async function bucketNames({ aws, deployment }: Look): Promise<Record<string, string>> {
  const { Exports = [] } = await aws<{ Exports?: { Name: string; Value: string }[] }>(
    'cloudformation',
    'list-exports',
  );
  const named = Exports.map(({ Name, Value }) => [Name, Value] as const);
  const prefix = `${exporter(deployment)}-`;
  return Object.fromEntries(
    named
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]) => [name.slice(prefix.length), value]),
  );
}

const environmentOf = async ({ aws, deployment }: Look): Promise<Record<string, string>> => {
  const name = deployment.resources.CallbackFunction;
  if (name === undefined) return {};
  const asked = ['lambda', 'get-function-configuration', '--function-name', name];
  return (
    (await aws<{ Environment?: { Variables?: Record<string, string> } }>(...asked)).Environment?.Variables ??
    {}
  );
};

interface Trust {
  readonly Role: {
    readonly AssumeRolePolicyDocument: {
      readonly Statement: readonly {
        readonly Principal: { readonly AWS?: string | readonly string[] } | '*';
        readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
      }[];
    };
  };
}
const trustOf = async ({ aws, deployment }: Look) => {
  const role = deployment.resources.BrainAccessRole;
  if (role === undefined) return undefined;
  return (await aws<Trust>('iam', 'get-role', '--role-name', role)).Role.AssumeRolePolicyDocument.Statement;
};

/** Everything that can be seen in the account. */
export const accountChecks: readonly Check[] = [
  {
    what: 'stack',
    advice: `look into its events; ${again}, after a rollback remove it first`,
    look: async ({ deployment: { status } }) =>
      /^(CREATE|UPDATE)_COMPLETE$/.test(status) ? status : `!${status}`,
  },
  {
    what: 'stack exports',
    advice: `${again}: the other stacks import them`,
    look: async (at) => {
      const found = await bucketNames(at);
      const missing = buckets.map((name) => `${name}BucketName`).filter((name) => found[name] === undefined);
      return missing.length === 0 ? 'the three buckets are exported' : `!missing: ${missing.join(', ')}`;
    },
  },
  {
    what: 'buckets',
    advice: `${again}; a bucket that was deleted by hand cannot be brought back`,
    look: async (at) => {
      const names = Object.values(await bucketNames(at));
      for (const name of names) await at.aws('s3api', 'head-bucket', '--bucket', name);
      return names.join(', ');
    },
  },
  {
    what: 'bucket notifications',
    advice: `${again}: without them jobs stay "running" until the server looks`,
    look: async (at) => {
      const { ResultsBucketName, FailedBucketName } = await bucketNames(at);
      for (const name of [ResultsBucketName, FailedBucketName]) {
        if (name === undefined) return '!a bucket is missing';
        const asked = ['s3api', 'get-bucket-notification-configuration', '--bucket', name];
        const told = await at.aws<{
          LambdaFunctionConfigurations?: unknown[];
          EventBridgeConfiguration?: object;
        }>(...asked);
        if (!told.LambdaFunctionConfigurations?.length && !told.EventBridgeConfiguration)
          return `!${name} tells nobody`;
      }
      return 'new results and reports are told';
    },
  },
  {
    what: 'callback function',
    advice: `${again}, with the address of the server`,
    look: async (at) => {
      const { CLOUDMR_API_URL } = await environmentOf(at);
      return CLOUDMR_API_URL
        ? `reports to ${CLOUDMR_API_URL}`
        : '!it is missing, or has no address of a server';
    },
  },
  {
    what: 'callback reachability',
    advice: 'is the server running, and reachable from the internet?',
    look: async (at) => {
      const { CLOUDMR_API_URL } = await environmentOf(at);
      if (!CLOUDMR_API_URL) return '!no address';
      const { status } = await at.fetch(`${CLOUDMR_API_URL}/api/health`, {
        signal: AbortSignal.timeout(10_000),
      });
      return status === 200 ? `${CLOUDMR_API_URL} answers` : `!${CLOUDMR_API_URL} answers ${status}`;
    },
  },
  {
    what: 'undelivered callbacks',
    advice: 'read their errors in the log group of the functions; the server finds the jobs by itself',
    look: async ({ aws, deployment }) => {
      const url = deployment.outputs.DeadLetterQueueUrl;
      if (url === undefined) return '!the queue is missing';
      const asked = [
        'sqs',
        'get-queue-attributes',
        '--queue-url',
        url,
        '--attribute-names',
        'ApproximateNumberOfMessages',
      ];
      const { Attributes } = await aws<{ Attributes: { ApproximateNumberOfMessages: string } }>(...asked);
      const count = Number(Attributes.ApproximateNumberOfMessages);
      return count === 0 ? 'none' : `!${count}`;
    },
  },
  {
    what: 'callback secret',
    advice: `${again}: the registration writes it`,
    look: async (at) => {
      const { CALLBACK_SECRET_ARN } = await environmentOf(at);
      if (!CALLBACK_SECRET_ARN) return '!missing';
      await at.aws('secretsmanager', 'describe-secret', '--secret-id', CALLBACK_SECRET_ARN);
      return 'it is there';
    },
  },
  {
    what: 'trust policy',
    advice: `${again}, with the role of the server (--brain-role)`,
    look: async (at) => {
      const statements = await trustOf(at);
      if (statements === undefined) return undefined;
      const trusted = statements.flatMap(({ Principal }) =>
        Principal === '*' ? ['*'] : [Principal.AWS ?? []].flat(),
      );
      const wide = trusted.filter((one) => !/:role\//.test(one));
      return wide.length === 0 ? `trusts ${trusted.join(', ')}` : `!trusts ${wide.join(', ')}`;
    },
  },
  {
    what: 'external id',
    advice: `${again}: the server refuses a role that lets in without it`,
    look: async (at) => {
      const statements = await trustOf(at);
      if (statements === undefined) return undefined;
      const open = statements.some(({ Condition }) => !Condition?.StringEquals?.['sts:ExternalId']);
      return open ? '!it is not required' : 'it is required';
    },
  },
  {
    what: 'state machine',
    advice: again,
    look: async ({ aws, deployment }) => {
      const arn = deployment.outputs.StateMachineArn;
      if (arn === undefined) return '!missing';
      const asked = ['stepfunctions', 'describe-state-machine', '--state-machine-arn', arn];
      const { status } = await aws<{ status: string }>(...asked);
      return status === 'ACTIVE' ? arn : `!${status}`;
    },
  },
  {
    what: 'repositories',
    advice:
      'mode 1: create-ecr-repos.sh, then the workflow; mode 2: ask the operator for the image (--image)',
    look: async ({ aws, deployment, fetch: get }) => {
      const definition = deployment.resources.TaskDefinition;
      if (definition === undefined) return '!the task definition is missing';
      const asked = ['ecs', 'describe-task-definition', '--task-definition', definition];
      const { taskDefinition } = await aws<{ taskDefinition: { containerDefinitions: { image: string }[] } }>(
        ...asked,
      );
      const image = taskDefinition.containerDefinitions[0]?.image ?? '';
      const own = /^\d+\.dkr\.ecr\.[\w-]+\.amazonaws\.com\/([^:]+):(.+)$/.exec(image);
      if (own) {
        const [, repository, tag] = own;
        await aws(
          'ecr',
          'describe-images',
          '--repository-name',
          repository!,
          '--image-ids',
          `imageTag=${tag}`,
        );
        return image;
      }
      return (await isPublic(image, get)) ? image : `!there is no ${image}`;
    },
  },
  {
    what: 'network',
    advice: 'give --vpc and --subnets with an internet or NAT gateway, or let the stack make a network',
    look: async ({ aws, deployment: { parameters, resources } }) => {
      const given = parameters.SubnetIds?.split(',') ?? [parameters.SubnetId1, parameters.SubnetId2];
      const subnets = [...given, resources.FirstSubnet, resources.SecondSubnet].filter(
        (id): id is string => !!id,
      );
      const { Subnets } = await aws<{ Subnets: { SubnetId: string; VpcId: string }[] }>(
        'ec2',
        'describe-subnets',
        '--subnet-ids',
        ...subnets,
      );
      for (const { SubnetId, VpcId } of Subnets) {
        const routes = await routesOf(aws, SubnetId, VpcId);
        if (!routes.some((route) => route.DestinationCidrBlock === '0.0.0.0/0'))
          return `!${SubnetId} has no way out`;
      }
      return `${subnets.join(', ')} have a way out`;
    },
  },
];

interface Route {
  readonly DestinationCidrBlock?: string;
}

/** Routes of a subnet: its own table's, else those of the network's main table. */
async function routesOf(aws: Aws, subnet: string, vpc: string): Promise<readonly Route[]> {
  const ask = async (...filters: string[]) =>
    (
      await aws<{ RouteTables: { Routes: Route[] }[] }>(
        'ec2',
        'describe-route-tables',
        '--filters',
        ...filters,
      )
    ).RouteTables;
  const own = await ask(`Name=association.subnet-id,Values=${subnet}`);
  const tables =
    own.length > 0 ? own : await ask(`Name=vpc-id,Values=${vpc}`, 'Name=association.main,Values=true');
  return tables.flatMap(({ Routes }) => Routes);
}

/** Whether a public registry has an image, by the protocol that every registry speaks. */
async function isPublic(image: string, get: typeof fetch): Promise<boolean> {
  const [, host, name, tag = 'latest'] = /^([^/]+)\/([^:@]+)(?::(.+))?$/.exec(image) ?? [];
  if (host === undefined) return false;
  const signal = AbortSignal.timeout(10_000);
  const { token } = (await (
    await get(`https://${host}/token/?scope=repository:${name}:pull`, { signal })
  ).json()) as { token: string };
  const accept =
    'application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json';
  const headers = { authorization: `Bearer ${token}`, accept };
  return (await get(`https://${host}/v2/${name}/manifests/${tag}`, { method: 'HEAD', headers, signal })).ok;
}
