import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { MroError } from '@mroptimum/contract';

/**
 * A folder for the files of this worker's jobs below `base`. Folders of workers that were killed are removed:
 * measured data do not stay behind.
 *
 * @throws MRO_CLI_USAGE where `base` belongs to another user, who could exchange what lies in it
 */
export async function openSpool(base: string): Promise<string> {
  await mkdir(base, { recursive: true, mode: 0o700 });
  const owner = (await stat(base)).uid;
  if (owner !== (process.getuid?.() ?? owner)) {
    throw new MroError('MRO_CLI_USAGE', `The spool folder ${base} belongs to another user.`, {
      hint: 'Name a folder of your own with --spool.',
    });
  }
  for (const name of await readdir(base)) {
    if (/^\d+$/.test(name) && !isAlive(Number(name)))
      await rm(join(base, name), { recursive: true, force: true });
  }
  const own = join(base, String(process.pid));
  await rm(own, { recursive: true, force: true });
  await mkdir(own, { mode: 0o700 });
  return own;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return pid !== process.pid;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
