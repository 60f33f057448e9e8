import { endpoints } from '@mroptimum/contract';
import { eventually, mroptimum } from '../../cli/test/platform/harness.ts';
import { type Person, simulate, type WebPlatform } from './platform.ts';

/** Puts files and jobs – done, failed – into an account, by the way that everybody goes: the command line. */
export async function furnish(platform: WebPlatform, person: Person = platform.administrator): Promise<void> {
  const brain = await platform.brain(person);
  const { token, id } = await brain.call(endpoints.createToken, {
    body: { name: 'Furniture', scopes: ['data:read', 'data:write', 'jobs:read', 'jobs:write'] },
  });
  const { at } = platform.folder;
  const env = { MRO_SERVER: platform.origin, MRO_TOKEN: token, MRO_CONFIG: at('config') };
  const run = async (...args: string[]): Promise<void> => {
    const { code, err } = await mroptimum(env, ...args);
    if (code !== 0) throw new Error(`mroptimum ${args.join(' ')}: ${err}`);
  };
  const signal = await simulate(at('phantom'), '--slices', '3', '--matrix', '64,64');
  const exec = (alias: string, ...more: string[]) =>
    run('exec', signal, '--alias', alias, '--out', at(`${alias}.zip`), '--quiet', ...more);
  await exec('Phantom, analytic');
  const sense = ['--recon', 'sense', '--decimate', '--accelerations', '1,2', '--acl', 'null,24'];
  await exec('Phantom, SENSE R = 2', ...sense, '--gfactor', '--coils');
  await exec('Phantom, pseudo replicas', '--method', 'pmr', '--replicas', '20');
  // One acquisition has no repetitions: this job fails, with a reason.
  await mroptimum(env, 'exec', signal, '--method', 'mr', '--alias', 'Repetitions', '--out', at('x'));
  await eventually('the jobs end', async () => {
    const { jobs } = await brain.call(endpoints.jobs);
    return jobs.length >= 3 && jobs.every(({ status }) => !['queued', 'running'].includes(status))
      ? true
      : undefined;
  });
  await brain.call(endpoints.deleteToken, { params: { id } });
}
