import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { type Brain, connect, endpoints, MroError, tokensInMemory } from '@mroptimum/contract';
import { z } from 'zod';

const propertiesSchema = z.object({
  Alias: z.string(),
  AccountId: z.string(),
  Region: z.string(),
  ExternalId: z.string(),
  StateMachineArn: z.string(),
  DataBucket: z.string(),
  ResultsBucket: z.string(),
  FailedBucket: z.string(),
  CrossAccountRoleArn: z.string(),
});
type Properties = z.infer<typeof propertiesSchema>;

const common = {
  ResponseURL: z.url(),
  StackId: z.string(),
  RequestId: z.string(),
  LogicalResourceId: z.string(),
};
const eventSchema = z.discriminatedUnion('RequestType', [
  z.object({ ...common, RequestType: z.literal('Create'), ResourceProperties: propertiesSchema }),
  z.object({
    ...common,
    RequestType: z.literal('Update'),
    PhysicalResourceId: z.string(),
    ResourceProperties: propertiesSchema,
  }),
  z.object({ ...common, RequestType: z.literal('Delete'), PhysicalResourceId: z.string() }),
]);
type Event = z.infer<typeof eventSchema>;

/** Name of a registration that never came about. */
const none = 'not-registered';

/** What the stack is told. */
interface Answer {
  readonly Status: 'SUCCESS' | 'FAILED';
  readonly PhysicalResourceId: string;
  readonly Reason?: string;
  readonly Data?: Readonly<Record<string, string>>;
}

/**
 * The function behind the stack's custom resource: registers this account's computing unit with the server when the
 * stack is made, again when it changes, and removes it when the stack goes. The server's new secret for callbacks goes
 * into the stack's secret, and nowhere else.
 */
export async function handler(event: unknown): Promise<void> {
  const request = eventSchema.parse(event);
  const answer = await answerTo(request);
  const { StackId, RequestId, LogicalResourceId } = request;
  const response = await fetch(request.ResponseURL, {
    method: 'PUT',
    body: JSON.stringify({ ...answer, StackId, RequestId, LogicalResourceId }),
  });
  if (!response.ok) throw new MroError('MRO_CLI_SERVER', `CloudFormation answers ${response.status}.`);
}

async function answerTo(request: Event): Promise<Answer> {
  const known = 'PhysicalResourceId' in request ? request.PhysicalResourceId : none;
  try {
    const brain = await signedIn();
    if (request.RequestType === 'Delete') {
      if (known !== none) await unregister(brain, known);
      return { Status: 'SUCCESS', PhysicalResourceId: known };
    }
    const id = await register(brain, request.ResourceProperties);
    return { Status: 'SUCCESS', PhysicalResourceId: id, Data: { ComputingUnitId: id } };
  } catch (error) {
    const { code, message, hint } = asMroError(error);
    console.error(JSON.stringify({ level: 'error', code, message }));
    // A stack must be removable also where the server is gone; the unit is then removed there by its owner.
    if (request.RequestType === 'Delete') return { Status: 'SUCCESS', PhysicalResourceId: known };
    return { Status: 'FAILED', PhysicalResourceId: known, Reason: `${code}: ${message} ${hint}`.trim() };
  }
}

async function register(brain: Brain, unit: Properties): Promise<string> {
  const made = await brain.call(endpoints.registerUnit, {
    body: {
      mode: 'mode2',
      provider: 'user-owned',
      ...(unit.Alias !== '' && { alias: unit.Alias }),
      awsAccountId: unit.AccountId,
      region: unit.Region,
      externalId: unit.ExternalId,
      stateMachineArn: unit.StateMachineArn,
      dataBucket: unit.DataBucket,
      resultsBucket: unit.ResultsBucket,
      failedBucket: unit.FailedBucket,
      crossAccountRoleArn: unit.CrossAccountRoleArn,
      isDefault: false,
      isShared: false,
      renewCallbackSecret: true,
    },
  });
  if (made.created) {
    // The server had forgotten the unit: the external id of this stack is not the one that it has made just now.
    await unregister(brain, made.computingUnitId);
    throw new MroError(
      'MRO_BRAIN_NOT_FOUND',
      'The server does not know the computing unit of this account.',
      {
        hint: 'Run deploy-mode2.sh: it asks the server for a new external id.',
      },
    );
  }
  await secrets().send(
    new PutSecretValueCommand({
      SecretId: setting('CALLBACK_SECRET_ARN'),
      SecretString: made.callbackSecret!,
    }),
  );
  return made.computingUnitId;
}

async function unregister(brain: Brain, computingUnitId: string): Promise<void> {
  await brain.call(endpoints.deleteUnit, { body: { computingUnitId } }).catch((error: unknown) => {
    if (!(error instanceof MroError && error.code === 'MRO_BRAIN_NOT_FOUND')) throw error;
  });
}

async function signedIn(): Promise<Brain> {
  const secret = new GetSecretValueCommand({ SecretId: setting('TOKEN_SECRET_ARN') });
  const { SecretString } = await secrets().send(secret);
  if (!SecretString)
    throw new MroError('MRO_CLI_SIGN_IN', 'The secret with the token of the server is empty.');
  return connect({ origin: setting('CLOUDMR_API_URL'), tokens: tokensInMemory(), apiToken: SecretString });
}

/** Whatever a client of AWS throws is the account's fault, and told in its own words. */
const asMroError = (error: unknown): MroError =>
  error instanceof MroError
    ? error
    : new MroError('MRO_INTERNAL', error instanceof Error ? error.message : String(error), { cause: error });

let client: SecretsManagerClient | undefined;
const secrets = (): SecretsManagerClient => {
  client ??= new SecretsManagerClient({ maxAttempts: 5 });
  return client;
};

function setting(name: string): string {
  const value = process.env[name];
  if (!value) throw new MroError('MRO_INTERNAL', `The function has no ${name} in its environment.`);
  return value;
}
