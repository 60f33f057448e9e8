import type { OpenAPIHono } from '@hono/zod-openapi';
import { MroError } from '@mroptimum/contract';
import type { Logger } from 'pino';
import { createApp } from '../app.ts';
import { rotatingKeys } from '../auth/keys.ts';
import type { Deps } from '../deps.ts';
import type { Env } from '../http/caller.ts';
import { accounts, type Reach } from '../providers/aws/accounts.ts';
import { stepFunctionsLauncher } from '../providers/aws/launcher.ts';
import { type Roles, stsRoles } from '../providers/aws/roles.ts';
import { secretStore } from '../providers/aws/secretStore.ts';
import { sesMail } from '../providers/aws/sesMail.ts';
import { unitStores } from '../providers/aws/unitStores.ts';
import { dynamoRecords } from '../providers/dynamodb/index.ts';
import { linkSigner } from '../providers/links/signer.ts';
import { localLauncher } from '../providers/localLauncher.ts';
import type { Mail } from '../providers/mail.ts';
import { s3Client } from '../providers/s3/client.ts';
import { s3Objects } from '../providers/s3/index.ts';
import { registerS3Routes } from '../providers/s3/routes.ts';
import type { CloudEnvironment } from './environment.ts';

/** The brain in the cloud: the same app as on one machine, on other providers. */
export interface CloudPlatform {
  readonly app: OpenAPIHono<Env>;
  readonly deps: Deps;
  /** What the content network shows, so that its word on clients is believed. */
  readonly edgeKey: string | undefined;
}

/** How the services of the cloud are reached; empty but for tests. */
export interface CloudReach extends Reach {
  readonly roles?: Roles;
  readonly clock?: () => Date;
}

/** Composes the platform. Only secrets are read; everything else is reached when it is needed. */
export async function openCloudPlatform(
  environment: CloudEnvironment,
  log: Logger,
  reach: CloudReach = {},
): Promise<CloudPlatform> {
  const { settings, tables, buckets, secrets, mailFrom } = environment;
  const { clock = () => new Date(), roles = stsRoles() } = reach;
  const [linkKey, edgeKey] = await Promise.all([
    secretOf(secrets.links),
    secrets.edge === undefined ? undefined : secretOf(secrets.edge),
  ]);
  const signer = linkSigner(settings.origin, linkKey);
  const records = dynamoRecords(tables);
  const home = s3Objects({ client: s3Client(reach.s3), buckets, signer, clock });
  const accountOf = accounts(roles, clock, reach);
  const stores = unitStores({ home, homeBuckets: buckets, accountOf, signer, clock });
  const deps: Deps = {
    records,
    objects: home,
    stores,
    mail: mailFrom === '' ? noMail : sesMail(mailFrom),
    launchers: {
      local: localLauncher({ clock }),
      aws: stepFunctionsLauncher({ records, clock, log, stores, accountOf, roles }),
    },
    keys: rotatingKeys({ store: secretStore(secrets.signingKeys), issuer: 'mroptimum', clock }),
    settings,
    clock,
    log,
  };
  const app = createApp(deps);
  registerS3Routes(app, {
    signer,
    clock,
    storeOf: async (unitId) => {
      if (unitId === undefined) return home;
      const unit = await records.units.byId(unitId);
      if (unit) return stores.of(unit);
      throw new MroError('MRO_BRAIN_NOT_FOUND', 'The object of this link was deleted.');
    },
  });
  return { app, deps, edgeKey };
}

/** @throws MRO_BRAIN_STORAGE */
async function secretOf(secretId: string): Promise<string> {
  const secret = await secretStore(secretId).load();
  if (secret) return secret;
  throw new MroError('MRO_BRAIN_STORAGE', 'A secret of this server cannot be read.', {
    hint: 'Deploy the template again: it makes the secrets and lets the function read it.',
  });
}

/** Without a sender nobody gets mail; the log says so. */
const noMail: Mail = {
  send: async () => {
    throw new MroError('MRO_BRAIN_STATE', 'This server has no address to send mail from.', {
      hint: 'The parameter MailFrom of the stack names a verified sender.',
    });
  },
};
