import { DescribeTaskDefinitionCommand, ECSClient } from '@aws-sdk/client-ecs';
import type { Account } from '../accounts.ts';
import type { Invocation, StateMachineCall } from '../compute.ts';
import type { Call } from './calls.ts';
import { decide } from './evaluate.ts';
import type { GuardedCall } from './guard.ts';
import { accountOf, policiesOf } from './roles.ts';

/** A call that a service makes with a role that it was given. */
export interface ServiceCall extends Call {
  readonly role: string;
}

/** What the policies of the roles say to calls, as the guard does for those that pass it. */
export async function judged(calls: readonly ServiceCall[]): Promise<readonly GuardedCall[]> {
  const different = [...new Map(calls.map((call) => [JSON.stringify(call), call])).values()];
  return Promise.all(
    different.map(async ({ role, ...call }) => {
      const account = accountOf(call.resource) || accountOf(role);
      const verdict = await decide({ principal: role, account, ...call }, (await policiesOf(role)).identity);
      return { role, ...call, allowed: verdict === 'Allowed' };
    }),
  );
}

const ofStream = (group: string, region: string, account: string): string =>
  `arn:aws:logs:${region}:${account}:log-group:${group}:log-stream:2026/01/01/[1]0123456789abcdef`;

const logging = (role: string, stream: string): readonly ServiceCall[] =>
  ['logs:CreateLogStream', 'logs:PutLogEvents'].map((action) => ({ role, action, resource: stream }));

/** Lambda writes what a function says to its log group, with the role of the function. */
export const callsOfFunctions = (
  invoked: readonly Invocation[],
  group: string,
  region: string,
): readonly ServiceCall[] =>
  invoked.flatMap(({ role }) => logging(role, ofStream(group, region, accountOf(role))));

/** Lambda sends events that nobody could handle to the destination of the function, with the role of the function. */
export const callsForDeadLetters = (dead: readonly Invocation[], queue: string): readonly ServiceCall[] =>
  dead.map(({ role }) => ({ role, action: 'sqs:SendMessage', resource: queue }));

/**
 * What Step Functions and ECS call for the steps that state machines of an account made, by the documentation of their
 * integrations: moto's interpreter makes some of these calls itself, and others not at all.
 */
export async function callsOfStateMachines(
  account: Account,
  made: readonly StateMachineCall[],
): Promise<readonly ServiceCall[]> {
  const mine = made.filter(({ role }) => accountOf(role) === account.id);
  return (await Promise.all(mine.map((one) => callsOfStep(account, one)))).flat();
}

async function callsOfStep(
  account: Account,
  { role, call, params }: StateMachineCall,
): Promise<readonly ServiceCall[]> {
  const as = (
    action: string,
    resource: unknown,
    context?: Readonly<Record<string, string>>,
  ): ServiceCall => ({
    role,
    action,
    resource: String(resource),
    ...(context && { context }),
  });
  switch (call) {
    case 'lambda:Invoke':
      return [as('lambda:InvokeFunction', params.FunctionName)];
    case 'ecs:RunTask':
      return [
        as('ecs:RunTask', params.taskDefinition, { 'ecs:cluster': String(params.cluster) }),
        // Step Functions learns by this rule that a task has ended.
        ...['PutRule', 'PutTargets', 'DescribeRule'].map((name) =>
          as(
            `events:${name}`,
            `arn:aws:events:${account.region}:${account.id}:rule/StepFunctionsGetEventsForECSTaskRule`,
          ),
        ),
        ...(await callsOfTask(account, role, String(params.taskDefinition))),
      ];
    case 'ecs:DescribeTasks':
      // A task whose execution is stopped, or whose time is over, is stopped.
      return (params.tasks as readonly string[]).flatMap((task) => [
        as('ecs:DescribeTasks', task, { 'ecs:cluster': String(params.cluster) }),
        as('ecs:StopTask', task, { 'ecs:cluster': String(params.cluster) }),
      ]);
    case 'states:MapRun': {
      // Parts are executions below the run of the map; those that run when one fails are stopped.
      const part = `${String(params.mapRunArn).replace(':mapRun:', ':execution:')}:part`;
      return [
        as('states:StartExecution', params.stateMachineArn),
        as('states:DescribeExecution', part),
        as('states:StopExecution', part),
      ];
    }
    default:
      throw new Error(`It is not known what ${call} needs.`);
  }
}

/** Whoever runs a task passes its two roles to ECS, which starts it with one of them. */
async function callsOfTask(
  account: Account,
  runner: string,
  taskDefinition: string,
): Promise<readonly ServiceCall[]> {
  const described = await new ECSClient(account).send(new DescribeTaskDefinitionCommand({ taskDefinition }));
  const { taskRoleArn, executionRoleArn, containerDefinitions } = described.taskDefinition!;
  const context = { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' };
  const role = executionRoleArn!;
  return [
    ...[taskRoleArn!, role].map((resource) => ({ role: runner, action: 'iam:PassRole', resource, context })),
    ...containerDefinitions!.flatMap(({ image, logConfiguration }) => [
      ...logging(role, ofStream(logConfiguration!.options!['awslogs-group']!, account.region, account.id)),
      ...pulling(role, image!),
    ]),
  ];
}

/** Images of private registries are asked for layer by layer, after a sign-in to the registry as a whole. */
function pulling(role: string, image: string): readonly ServiceCall[] {
  const [, registry, region, repository] =
    /^(\d+)\.dkr\.ecr\.([\w-]+)\.amazonaws\.com\/([^:@]+)/.exec(image) ?? [];
  if (!registry) return [];
  const resource = `arn:aws:ecr:${region}:${registry}:repository/${repository}`;
  return [
    { role, action: 'ecr:GetAuthorizationToken', resource: '*' },
    ...['BatchCheckLayerAvailability', 'GetDownloadUrlForLayer', 'BatchGetImage'].map((name) => ({
      role,
      action: `ecr:${name}`,
      resource,
    })),
  ];
}
