import type { Logger } from 'pino';
import type { SigningKeys } from './auth/keys.ts';
import type { Launcher } from './providers/launcher.ts';
import type { Mail } from './providers/mail.ts';
import type { Objects } from './providers/objects.ts';
import type { Records } from './providers/records.ts';
import type { UnitStores } from './providers/unitStores.ts';

/** What the operator decides. */
export interface Settings {
  /** Public address of this server, without a trailing slash; links and tokens name it. */
  readonly origin: string;
  /** New accounts wait for an administrator, or are open at once. */
  readonly registration: 'approval' | 'open';
  /** What happens to uploads with fields that identify a patient. */
  readonly privacy: 'warn' | 'scrub' | 'refuse';
  readonly maximumUploadBytes: number;
  /** Origins of web pages that may call the API; undefined: only this server's own. */
  readonly allowedOrigins?: readonly string[];
  /** Whether X-Forwarded-For is written by a proxy of the operator. */
  readonly trustProxy?: boolean;
  /** Whether answers reach clients only when they have ended, as through a gateway of the cloud. */
  readonly wholeAnswers?: boolean;
  /** How long a request may go on elsewhere after its client was given up; undefined: all of them are here. */
  readonly longestRequestSeconds?: number;
  /** Role of this server in the cloud, which users' accounts trust. */
  readonly brainRoleArn?: string;
  readonly quota: { readonly storageBytes: number; readonly jobsPerMonth: number };
}

/** Everything that differs between a laptop, a test and the cloud. */
export interface Deps {
  readonly records: Records;
  /** The server's own store. */
  readonly objects: Objects;
  /** Stores in the accounts of computing units; undefined where everything lies in the server's own. */
  readonly stores?: UnitStores;
  readonly mail: Mail;
  /** By the provider of a computing unit: "local", "aws". */
  readonly launchers: Readonly<Record<string, Launcher>>;
  readonly keys: SigningKeys;
  readonly settings: Settings;
  readonly clock: () => Date;
  readonly log: Logger;
}
