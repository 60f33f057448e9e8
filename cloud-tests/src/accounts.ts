import { randomUUID } from 'node:crypto';
import { motoAddress } from './moto.ts';

/** Who calls, and where: settings of an SDK client. */
export interface Account {
  readonly id: string;
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** An administrator of this account with keys of his own; accounts come to be by being asked for. */
export async function administratorOf(account: string, region = 'us-east-1'): Promise<Account> {
  const endpoint = motoAddress();
  const iam = async (query: Record<string, string>): Promise<string> => {
    const answer = await fetch(endpoint, {
      method: 'POST',
      headers: {
        host: 'iam.amazonaws.com',
        'content-type': 'application/x-www-form-urlencoded',
        'x-moto-account-id': account,
        authorization:
          'AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=x',
      },
      body: new URLSearchParams({ Version: '2010-05-08', ...query }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`moto: ${query.Action} in ${account}: ${text}`);
    return text;
  };
  const UserName = `administrator-${randomUUID()}`;
  await iam({ Action: 'CreateUser', UserName });
  const key = await iam({ Action: 'CreateAccessKey', UserName });
  const field = (name: string): string => new RegExp(`<${name}>([^<]+)`).exec(key)?.[1] ?? '';
  return {
    id: account,
    endpoint,
    region,
    credentials: { accessKeyId: field('AccessKeyId'), secretAccessKey: field('SecretAccessKey') },
  };
}

/** The same for programs: environment of the AWS command line and of scripts. */
export const environmentFor = ({ endpoint, region, credentials }: Account): NodeJS.ProcessEnv => ({
  AWS_ENDPOINT_URL: endpoint,
  AWS_REGION: region,
  AWS_DEFAULT_REGION: region,
  AWS_ACCESS_KEY_ID: credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
});
