import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { MroError } from '@mroptimum/contract';
import type { Settings } from '../deps.ts';

/** What the operator said on the command line or in the environment. */
export interface ServerOptions {
  readonly data: string;
  readonly host: string;
  readonly port: number;
  /** Public address, where it is not http://host:port (behind a proxy). */
  readonly origin: string | undefined;
  readonly settings: Omit<Settings, 'origin'>;
  readonly logLevel: string;
  /** JSON lines; undefined: standard error, or on a terminal a file in the data folder. */
  readonly logFile: string | undefined;
  /** Whether a computing unit runs inside: off where units of other machines do the work. */
  readonly unit: boolean;
  readonly threads: number | undefined;
  /** On the first start, put a simulated acquisition and its SNR map into the administrator's library. */
  readonly demonstration: boolean;
}

export const serverHelp = `Usage: mroptimum serve [options]

The MR Optimum server: accounts, data, jobs and results, with a computing unit inside.

  --port N               default 8080; 0 takes any free port         MRO_PORT
  --host ADDRESS         default 127.0.0.1: this machine alone       MRO_HOST
  --data FOLDER          where everything is kept                    MRO_DATA
  --origin URL           public address, behind a proxy              MRO_ORIGIN
  --trust-proxy          the proxy's X-Forwarded-For is true         MRO_TRUST_PROXY=on
  --allow-origin URL,…   web pages elsewhere that may call the API   MRO_ALLOW_ORIGIN
  --registration HOW     approval (default) or open                  MRO_REGISTRATION
  --privacy HOW          uploads that name a patient:                MRO_PRIVACY
                         warn (default), scrub or refuse
  --max-upload GB        largest file, default 64                    MRO_MAX_UPLOAD
  --storage GB           quota of an account, default 500            MRO_STORAGE
  --jobs-per-month N     quota of an account, default 10000          MRO_JOBS_PER_MONTH
  --threads N            of the computing unit, default all cores    MRO_THREADS
  --no-unit              no computing unit inside                    MRO_UNIT=off
  --no-demo              no demonstration on the first start         MRO_DEMO=off
  --log FILE             default standard error; on a terminal       MRO_LOG
                         server.log in the data folder
  --log-level LEVEL      debug, info (default), warn or error        MRO_LOG_LEVEL
`;

const flags = {
  port: { type: 'string' },
  host: { type: 'string' },
  data: { type: 'string' },
  origin: { type: 'string' },
  'trust-proxy': { type: 'boolean' },
  'allow-origin': { type: 'string' },
  registration: { type: 'string' },
  privacy: { type: 'string' },
  'max-upload': { type: 'string' },
  storage: { type: 'string' },
  'jobs-per-month': { type: 'string' },
  threads: { type: 'string' },
  unit: { type: 'boolean' },
  demo: { type: 'boolean' },
  log: { type: 'string' },
  'log-level': { type: 'string' },
} as const;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Options of the server; the command line goes before the environment.
 * @throws MroError MRO_CLI_USAGE naming what was not understood
 */
export function serverOptions(args: readonly string[], env: Environment = process.env): ServerOptions {
  const values = parsed(args);
  const text = (name: keyof typeof flags): string | undefined => {
    const given = values[name];
    return typeof given === 'string' ? given : env[`MRO_${name.toUpperCase().replaceAll('-', '_')}`];
  };
  const number = (name: keyof typeof flags, standard: number, least: number, whole = true): number => {
    const value = Number(text(name) ?? standard);
    if (!(value >= least) || (whole && !Number.isInteger(value))) {
      throw usage(`--${name} is ${text(name)}: expected a ${whole ? 'whole ' : ''}number from ${least}.`);
    }
    return value;
  };
  const choice = <const Name extends string>(flag: keyof typeof flags, names: readonly [Name, ...Name[]]) => {
    const value = text(flag) ?? names[0];
    const known = names.find((name) => name === value);
    if (known === undefined) throw usage(`--${flag} is ${value}: expected ${names.join(', ')}.`);
    return known;
  };
  const on = (name: 'unit' | 'demo'): boolean =>
    typeof values[name] === 'boolean' ? values[name] : env[`MRO_${name.toUpperCase()}`] !== 'off';

  const port = number('port', 8080, 0);
  if (port > 65_535) throw usage(`--port is ${port}: ports end at 65535.`);
  return {
    data: resolve(text('data') ?? dataFolder(env)),
    host: text('host') ?? '127.0.0.1',
    port,
    origin: text('origin') === undefined ? undefined : publicOrigin(text('origin')!),
    settings: {
      trustProxy: values['trust-proxy'] === true || env.MRO_TRUST_PROXY === 'on',
      ...(text('allow-origin') !== undefined && {
        allowedOrigins: text('allow-origin')!
          .split(',')
          .map((origin) => publicOrigin(origin.trim(), 'allow-origin')),
      }),
      registration: choice('registration', ['approval', 'open']),
      privacy: choice('privacy', ['warn', 'scrub', 'refuse']),
      maximumUploadBytes: number('max-upload', 64, 0, false) * 1e9,
      quota: {
        storageBytes: number('storage', 500, 0, false) * 1e9,
        jobsPerMonth: number('jobs-per-month', 10_000, 0),
      },
    },
    logFile: text('log') === undefined ? undefined : resolve(text('log')!),
    logLevel: choice('log-level', ['info', 'debug', 'warn', 'error']),
    unit: on('unit'),
    threads: text('threads') === undefined ? undefined : number('threads', 1, 1),
    demonstration: on('demo'),
  };
}

function parsed(args: readonly string[]): Readonly<Record<string, string | boolean | undefined>> {
  try {
    return parseArgs({ args: [...args], options: flags, strict: true, allowNegative: true }).values;
  } catch (cause) {
    throw usage((cause as Error).message);
  }
}

/** Where a server keeps its data unless told: the user's own data folder, as each system has it. */
export function dataFolder(env: Environment = process.env, platform = process.platform): string {
  const home = homedir();
  if (platform === 'win32') return join(env.LOCALAPPDATA ?? join(home, 'AppData', 'Local'), 'mroptimum');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'mroptimum');
  return join(env.XDG_DATA_HOME || join(home, '.local', 'share'), 'mroptimum');
}

function publicOrigin(text: string, flag = 'origin'): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.pathname !== '/') {
    throw usage(`--${flag} is ${text}: expected an address such as https://mroptimum.example.org.`);
  }
  return url.origin;
}

const usage = (message: string): MroError =>
  new MroError('MRO_CLI_USAGE', message, { hint: '`mroptimum serve --help` lists the options.' });
