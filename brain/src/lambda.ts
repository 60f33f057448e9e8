import { handle, type LambdaContext, type LambdaEvent } from 'hono/aws-lambda';
import { readEnvironment } from './cloud/environment.ts';
import { type CloudPlatform, openCloudPlatform } from './cloud/platform.ts';
import { runTask, taskSchema } from './cloud/tasks.ts';
import { withClientAddress } from './cloud/viewer.ts';
import { createLog } from './http/log.ts';

let opened: Promise<CloudPlatform> | undefined;

/** Opened once per instance of the function; a failure is not kept, so that the next request tries again. */
function platform(): Promise<CloudPlatform> {
  opened ??= openCloudPlatform(readEnvironment(process.env), createLog()).catch((error: unknown) => {
    opened = undefined;
    throw error;
  });
  return opened;
}

/** Entry of the function: requests of the HTTP API, and tasks of schedules and of the operator. */
export async function handler(event: unknown, context: LambdaContext): Promise<unknown> {
  const { app, deps, edgeKey } = await platform();
  const task = taskSchema.safeParse(event);
  if (task.success) {
    const done = await runTask(deps, task.data);
    // Never its answer: that of the first administrator holds a password.
    deps.log.info({ task: task.data.mroptimum }, 'task done');
    return done;
  }
  const request = withClientAddress(event as LambdaEvent, edgeKey);
  return handle(app)(request, context);
}
