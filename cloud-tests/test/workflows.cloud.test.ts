import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../src/python.ts';

const read = (name: string): Promise<string> => readFile(join(root, '.github/workflows', name), 'utf8');

describe.each(['deploy.yml', 'test.yml'])('%s', (name) => {
  it('pins every action by a digest, and says which release that is', async () => {
    const used = [...(await read(name)).matchAll(/uses: (.+)$/gm)].map(([, action]) => action!);
    expect(used.length).toBeGreaterThan(1);
    for (const action of used.filter((one) => !one.startsWith('./')))
      expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it('hands secrets to steps by their environment alone', async () => {
    const lines = (await read(name)).split('\n').filter((line) => line.includes('secrets.'));
    for (const line of lines) expect(line).toMatch(/^ +([A-Z_0-9]+): \$\{\{ secrets\.\1 \}\}$/);
    expect(await read(name)).not.toMatch(/run:.*\$\{\{/);
  });
});

it('only the deployment, in its environment, on main, can get credentials', async () => {
  expect(await read('test.yml')).not.toMatch(/secrets\.|id-token/);
  const deploy = await read('deploy.yml');
  expect(deploy).toMatch(/on:\n {2}push:\n {4}branches: \[main\]\n/);
  expect(deploy).toContain('environment: production');
  expect(deploy.match(/id-token: write/g)).toHaveLength(1);
});

it('images for Lambda get no attestations, and two tags', async () => {
  const script = await readFile(join(root, 'scripts/publish-images.sh'), 'utf8');
  expect(script).toContain('--provenance=false --sbom=false');
  expect(script).toContain('--tag "$repository:$commit" --tag "$repository:latest"');
});

it('deploys images, server and calculation, in this order', async () => {
  const deploy = await read('deploy.yml');
  expect([...deploy.matchAll(/run: bash (\S+)/g)].map(([, script]) => script)).toEqual([
    'scripts/publish-images.sh',
    'scripts/deploy-brain.sh',
    'scripts/deploy-mode1.sh',
  ]);
});

it('SAM is told one bucket: it refuses to be told one and to find one', async () => {
  for (const script of ['deploy-brain.sh', 'deploy-mode1.sh'])
    expect(await readFile(join(root, 'scripts', script), 'utf8')).toContain('--s3-bucket "$deploy_bucket"');
  expect(await readFile(join(root, 'samconfig.toml'), 'utf8')).not.toContain('resolve_s3');
});
