/** A user's account as its registration answered. */
export interface AwsAccount {
  readonly unitId: string;
  readonly awsAccountId: string;
  readonly region: string;
  readonly alias: string;
  /** Shown once, when the account was new. */
  readonly externalId?: string;
  readonly callbackSecret?: string;
  /** The role that the template lets in; servers outside of the cloud have none. */
  readonly brainRoleArn?: string;
}

/** Regions that are offered; any other may be typed. */
export const regions = [
  'us-east-1',
  'us-east-2',
  'us-west-2',
  'ca-central-1',
  'eu-central-1',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'eu-north-1',
  'ap-northeast-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'sa-east-1',
];
