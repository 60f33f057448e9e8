import {
  DescribeExecutionCommand,
  type SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { ExecutionInput } from '@mroptimum/contract';
import type { ExecutionState } from '../launcher.ts';
import { nameOf } from '../s3/client.ts';

/** The execution of a lease bears its name, so that it can be found without being remembered. */
export const executionArn = (stateMachineArn: string, lease: string): string =>
  `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${lease}`;

/** Starts it; where one of that name runs already, it is this one. */
export async function startExecution(
  client: SFNClient,
  stateMachineArn: string,
  input: ExecutionInput,
): Promise<void> {
  const request = { stateMachineArn, name: input.lease, input: JSON.stringify(input) };
  try {
    await client.send(new StartExecutionCommand(request));
  } catch (error) {
    if (nameOf(error) !== 'ExecutionAlreadyExists') throw error;
  }
}

const states: Readonly<Record<string, ExecutionState>> = {
  RUNNING: 'running',
  PENDING_REDRIVE: 'waiting',
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  TIMED_OUT: 'failed',
  ABORTED: 'failed',
};

export async function describeExecution(client: SFNClient, arn: string): Promise<ExecutionState> {
  try {
    const { status } = await client.send(new DescribeExecutionCommand({ executionArn: arn }));
    return states[status ?? ''] ?? 'unknown';
  } catch (error) {
    if (nameOf(error) === 'ExecutionDoesNotExist') return 'unknown';
    throw error;
  }
}

/** One that has ended, or never was, is stopped already. */
export async function stopExecution(client: SFNClient, arn: string, cause: string): Promise<void> {
  try {
    await client.send(new StopExecutionCommand({ executionArn: arn, error: 'MRO_JOB_ABORTED', cause }));
  } catch (error) {
    if (nameOf(error) !== 'ExecutionDoesNotExist') throw error;
  }
}
