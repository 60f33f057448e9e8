/** An HTTP request to a service, as it is sent. */
export interface SentRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** Who signed a request, and for which service and region. */
export interface Signer {
  readonly accessKey: string;
  readonly region: string;
  readonly service: string;
}

/** An action on a resource, as policies name them; resources without an account get that of the caller. */
export interface Call {
  readonly action: string;
  readonly resource: string;
  /** What conditions of policies may ask of it. */
  readonly context?: Readonly<Record<string, string>>;
}

/** The signer, by the header or by the signed link; undefined for requests that nobody signed. */
export function signerOf({ url, headers }: SentRequest): Signer | undefined {
  const header = String(headers.authorization ?? '');
  const credential =
    /Credential=([^,\s]+)/.exec(header)?.[1] ?? url.searchParams.get('X-Amz-Credential') ?? undefined;
  const [accessKey, , region, service] = credential?.split('/') ?? [];
  return accessKey && region && service ? { accessKey, region, service } : undefined;
}

/** What a request does, in the words of policies. @throws Error for calls that this does not know yet */
export function callsOf(request: SentRequest, signer: Signer, account: string): readonly Call[] {
  const target = String(request.headers['x-amz-target'] ?? '');
  const [family, operation] = target.split('.');
  const json = (): Record<string, unknown> =>
    JSON.parse(request.body.toString() || '{}') as Record<string, unknown>;
  switch (signer.service) {
    case 's3':
      return s3Calls(request);
    case 'states': {
      const { stateMachineArn, executionArn } = json();
      return [{ action: `states:${operation}`, resource: String(stateMachineArn ?? executionArn) }];
    }
    case 'secretsmanager':
      return [{ action: `secretsmanager:${operation}`, resource: String(json().SecretId) }];
    case 'dynamodb':
      return dynamoCalls(operation ?? '', json(), `arn:aws:dynamodb:${signer.region}:${account}:table/`);
    case 'ses': {
      const from = String(json().FromEmailAddress);
      const address = /<([^>]+)>/.exec(from)?.[1] ?? from;
      const resource = `arn:aws:ses:${signer.region}:${account}:identity/${address}`;
      return [{ action: 'ses:SendEmail', resource, context: { 'ses:FromAddress': address } }];
    }
    case 'ssm': {
      const { Name } = json();
      const resource = `arn:aws:ssm:${signer.region}:${account}:parameter/${String(Name).replace(/^\//, '')}`;
      return [{ action: `ssm:${operation}`, resource }];
    }
    default:
      throw new Error(`The guard does not know the call ${family}.${operation} of ${signer.service}.`);
  }
}

function s3Calls({ method, url, headers, body }: SentRequest): readonly Call[] {
  const [, bucket, ...rest] = url.pathname.split('/');
  const key = decodeURIComponent(rest.join('/'));
  const ofBucket = `arn:aws:s3:::${bucket}`;
  const has = (name: string): boolean => url.searchParams.has(name);
  if (key === '') {
    if (method === 'POST' && has('delete')) {
      const keys = [...body.toString().matchAll(/<Key>([^<]+)<\/Key>/g)].map(([, found]) => found!);
      return keys.map((found) => ({ action: 's3:DeleteObject', resource: `${ofBucket}/${found}` }));
    }
    if (method === 'GET' || method === 'HEAD') {
      return [
        { action: has('uploads') ? 's3:ListBucketMultipartUploads' : 's3:ListBucket', resource: ofBucket },
      ];
    }
    throw new Error(`The guard does not know ${method} of a bucket.`);
  }
  const one = (action: string): Call => ({ action: `s3:${action}`, resource: `${ofBucket}/${key}` });
  const source = headers['x-amz-copy-source'];
  const copied =
    typeof source === 'string'
      ? [
          {
            action: 's3:GetObject',
            resource: `arn:aws:s3:::${decodeURIComponent(source).replace(/^\//, '')}`,
          },
        ]
      : [];
  switch (method) {
    case 'HEAD':
      return [one('GetObject')];
    case 'GET':
      return [one(has('uploadId') ? 'ListMultipartUploadParts' : 'GetObject')];
    case 'DELETE':
      return [one(has('uploadId') ? 'AbortMultipartUpload' : 'DeleteObject')];
    default:
      return [one(has('tagging') ? 'PutObjectTagging' : 'PutObject'), ...copied];
  }
}

const inTransactions: Readonly<Record<string, string>> = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
  Get: 'GetItem',
};

function dynamoCalls(operation: string, body: Record<string, unknown>, tables: string): readonly Call[] {
  const call = (action: string, table: unknown, index?: unknown): Call => ({
    action: `dynamodb:${action}`,
    resource: tables + String(table) + (index === undefined ? '' : `/index/${String(index)}`),
  });
  if (operation.startsWith('Transact')) {
    const items = body.TransactItems as Record<string, { TableName: string }>[];
    return items.flatMap((item) =>
      Object.entries(item).map(([kind, { TableName }]) => call(inTransactions[kind] ?? kind, TableName)),
    );
  }
  if (operation.startsWith('Batch')) {
    return Object.keys(body.RequestItems as object).map((table) => call(operation, table));
  }
  return [call(operation, body.TableName, body.IndexName)];
}
