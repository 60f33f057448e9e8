import { describe, expect, test } from 'vitest';
import { whatHappened } from './death.ts';

const account = '123456789012';
const task = (fields: object): string =>
  JSON.stringify({
    TaskArn: `arn:aws:ecs:us-east-1:${account}:task/cluster/1`,
    Containers: [{ ContainerArn: `arn:aws:ecs:us-east-1:${account}:container/1`, Name: 'calculation' }],
    ...fields,
  });

describe('what the services say of a death becomes an error for its user', () => {
  test.each([
    [
      'an error of the calculation',
      'MRO_JOB_FETCH',
      '{"errorType":"MRO_JOB_FETCH","errorMessage":"x.dat is gone."}',
      'MRO_JOB_FETCH',
    ],
    [
      'time of a function',
      'Sandbox.Timedout',
      '{"errorMessage":"Task timed out after 900.00 seconds"}',
      'MRO_JOB_TIME',
    ],
    ['time of a task', 'States.Timeout', '', 'MRO_JOB_TIME'],
    [
      'memory of a function',
      'Runtime.OutOfMemory',
      '{"errorMessage":"RequestId: 1 Error: Runtime exited"}',
      'MRO_JOB_MEMORY',
    ],
    [
      'a killed runtime',
      'Runtime.ExitError',
      '{"errorMessage":"Runtime exited with error: signal: killed"}',
      'MRO_JOB_MEMORY',
    ],
    [
      'memory of a task',
      'States.TaskFailed',
      task({ Containers: [{ ExitCode: 137, Reason: 'OutOfMemoryError: Container killed' }] }),
      'MRO_JOB_MEMORY',
    ],
    [
      'an image that cannot be pulled',
      'States.TaskFailed',
      task({
        StopCode: 'TaskFailedToStart',
        StoppedReason: `CannotPullContainerError: ${account}.dkr.ecr.us-east-1.amazonaws.com/mroptimum: not found`,
      }),
      'MRO_JOB_SETUP',
    ],
    [
      'no capacity',
      'States.TaskFailed',
      task({ StopCode: 'TaskFailedToStart', StoppedReason: 'Capacity is unavailable at this time' }),
      'MRO_JOB_SETUP',
    ],
    ['a service that answers errors', 'ECS.AmazonECSException', 'User is not authorized', 'MRO_JOB_SETUP'],
    [
      'a container that ended badly',
      'States.TaskFailed',
      task({ Containers: [{ ExitCode: 1 }], StopCode: 'EssentialContainerExited' }),
      'MRO_JOB_LOST',
    ],
    ['a part that failed', 'States.ExceedToleratedFailureThreshold', '', 'MRO_JOB_LOST'],
    ['nothing at all', undefined, undefined, 'MRO_JOB_LOST'],
  ])('%s', (_, name, cause, code) => {
    const said = whatHappened({ Error: name, Cause: cause });
    expect(said.code).toBe(code);
    expect(said.message.length).toBeGreaterThan(10);
    expect(said.hint.length).toBeGreaterThan(10);
    expect(JSON.stringify(said)).not.toContain(account);
  });

  test('the words of the calculation are kept', () => {
    const Cause = '{"errorType":"MRO_JOB_NOISE_COILS","errorMessage":"The noise has 4 coils, the image 8."}';
    expect(whatHappened({ Error: 'MRO_JOB_NOISE_COILS', Cause }).message).toBe(
      'The noise has 4 coils, the image 8.',
    );
  });
});
