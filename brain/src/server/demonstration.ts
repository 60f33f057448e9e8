import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MroError } from '@mroptimum/contract';
import { createToken, deleteToken } from '../auth/apiTokens.ts';
import type { Deps } from '../deps.ts';
import { commandLine } from './programs.ts';

const alias = 'Demonstration: SENSE, R = 2';

/** Eight coils with correlated noise, 96 × 96 pixels, seen by SENSE at half of the phase-encoding lines. */
const simulation = ['--coils', '8', '--matrix', '96,96', '--snr', '60', '--correlation', '0.3'];
const calculation = [
  ...['--axes', 'srczyx', '--noise-axes', 'cyx', '--recon', 'sense', '--decimate'],
  ...['--accelerations', '1,2', '--acl', 'null,32', '--gfactor', '--coils', '--alias', alias],
];

/**
 * Puts a simulated acquisition and its SNR map into an account, by the way that everybody goes: the command
 * line uploads, queues, and waits for the computing unit.
 *
 * @throws MroError MRO_INTERNAL where a step fails
 */
export async function seedDemonstration(deps: Deps, address: string, email: string): Promise<void> {
  const user = await deps.records.users.byEmail(email);
  if (user === undefined) return;
  const token = await createToken(deps, user, {
    name: 'Demonstration',
    scopes: ['data:read', 'data:write', 'jobs:read', 'jobs:write'],
    expiresInDays: 1,
  });
  const folder = await mkdtemp(join(tmpdir(), 'mroptimum-demonstration-'));
  const env = { MRO_SERVER: address, MRO_TOKEN: token.token, MRO_CONFIG: join(folder, 'config') };
  try {
    await mroptimum(['simulate', ...simulation, '--out', folder], env);
    const noise = ['--noise', join(folder, 'noise.npy')];
    const out = ['--out', join(folder, 'result.zip'), '--quiet'];
    await mroptimum(['exec', join(folder, 'signal.npy'), ...noise, ...calculation, ...out], env);
  } finally {
    await deleteToken(deps, user, token.id);
    await rm(folder, { recursive: true, force: true });
  }
}

function mroptimum(args: readonly string[], env: Readonly<Record<string, string>>): Promise<void> {
  const [program, line] = commandLine(args);
  const child = spawn(program, line, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2000);
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new MroError('MRO_INTERNAL', `mroptimum ${args[0]} ended with ${code}: ${said.trim()}`));
    });
  });
}
