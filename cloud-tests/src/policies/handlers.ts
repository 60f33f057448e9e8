import { pythonProgram, runProgram } from '../python.ts';

/** What CloudFormation calls to make, read, change and take away a resource of one type. */
export type Handlers = Readonly<Record<'create' | 'read' | 'update' | 'delete', readonly string[]>>;

const script = `
import json, sys
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER
found = {}
for kind in sys.argv[1:]:
    handlers = PROVIDER_SCHEMA_MANAGER.get_resource_schema('us-east-1', kind).schema.get('handlers', {})
    found[kind] = {verb: handlers.get(verb, {}).get('permissions', []) for verb in ('create', 'read', 'update', 'delete')}
print(json.dumps(found))
`;

/** Handlers by type, as AWS publishes them with the schema of each type, of which cfn-lint holds a copy. */
export async function handlersOf(types: readonly string[]): Promise<Readonly<Record<string, Handlers>>> {
  const { code, stdout, stderr } = await runProgram(pythonProgram('python'), ['-c', script, ...types]);
  if (code !== 0) throw new Error(`The schemas of cfn-lint cannot be read:\n${stderr}`);
  return JSON.parse(stdout) as Record<string, Handlers>;
}

/**
 * Calls that handlers name for features which no template uses: CloudFormation makes them where those are asked for.
 * Patterns of whole actions, with the feature.
 */
export const unusedFeatures: readonly (readonly [RegExp, string])[] = [
  [/^kms:/, 'keys of the customer: everything is encrypted with keys of AWS'],
  [/^(kinesis|firehose|s3tables|s3files|elasticfilesystem):/, 'streams, tables of S3, file systems'],
  [
    /^dynamodb:.*(Item|Query|Scan|Import\w*|Replica)$/,
    'tables in several regions, or filled while they are made',
  ],
  [
    /^dynamodb:(\w+ableKinesis\w+|UpdateKinesis\w+|UpdateContributor\w+)$/,
    'streams and statistics of tables',
  ],
  [/^dynamodb:(Put|Delete)ResourcePolicy$/, 'policies of tables'],
  [
    /^s3:\w*(MetadataTable|Metadata\w*Table|Replication|Website|Logging|Abac|Acl|ObjectLock\w*|Versioning)\w*$/,
    'buckets',
  ],
  [/^s3:(Put|Delete|Update)\w*(Accelerate|Analytics|IntelligentTiering|Inventory|Metrics)\w*$/, 'buckets'],
  [
    /^s3:(DeleteObject|DeleteBucket(Cors|Encryption|Lifecycle)|GetObjectMetadata|REST\..*)$/,
    'no such actions, or no use',
  ],
  [/^s3:GetObjectVersion$/, 'what is handed over has one version, under a name made of its content'],
  [/^cloudfront:CreateDistributionWithTags$/, 'for IAM that is CreateDistribution and TagResource'],
  [/^lambda:(Pass|Publish|GetLayer|AssociateRuntime)\w*$/, 'versions, layers, runtimes that are chosen'],
  [/^lambda:\w*(CodeSigning|Concurrency)\w*$/, 'signed code, reserved concurrency'],
  [
    /^lambda:Put(Function(Recursion|Scaling)Config|RuntimeManagementConfig)$/,
    'settings that stay as they are',
  ],
  [
    /^cloudfront:\w*(ConnectionGroup|VpcOrigin|StagingConfig)$/,
    'distributions for tenants, private origins, trials',
  ],
  [
    /^cloudformation:(GetStackPolicy|SetStackPolicy|UpdateTerminationProtection)$/,
    'policies of nested stacks',
  ],
  [/^ecs:(PutAccountSetting\w*|UpdateClusterSettings)$/, 'settings of the account, statistics of containers'],
  [
    /^ec2:(\w*Ingress|DescribeInstances|DescribeNetworkInterfaces)$/,
    'nothing may come in; functions in a network',
  ],
  [
    /^iam:(DeleteRolePermissionsBoundary|(At|De)tachRolePolicy)$/,
    'managed policies, roles without a boundary',
  ],
  [
    /^logs:\w*(Index|DataProtection|ResourcePolicy|KmsKey|BearerToken\w*|DeletionProtection)\w*$/,
    'log groups',
  ],
  [/^logs:(CreateLogStream|DescribeLogStreams|PutLogEvents)$/, 'imports into tables'],
  [/^secretsmanager:(Replicate\w*|RemoveRegions\w*)$/, 'secrets in several regions'],
];
