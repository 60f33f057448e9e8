// Everything that can be said about the project without running it: style, types, imports, generated pages.
import { existsSync } from 'node:fs';
import { at, command, ensureInstalled, node24, run, say, script } from './workspace.mjs';

const programFolders = [
  'packages',
  'brain',
  'calculation',
  'cli',
  'webgui',
  'bench',
  'cloud-tests',
  'mode2-deployment',
  'scripts',
  'package.json',
  'tsconfig.json',
];

/** Runs all checks and returns how many of them failed. */
export async function check() {
  const checks = [
    ['style and lint (biome)', command('biome'), ['check', ...programFolders]],
    ['types (tsc)', command('tsc'), ['-p', '.']],
    ['types of the web pages (tsc)', command('tsc'), ['-p', 'webgui']],
    ['the direction of imports', node24, [at('scripts/imports.mjs')]],
    ['docs/errors.md against the error catalogue', node24, [at('scripts/errors.mjs'), '--check']],
    ...(existsSync(at('.git'))
      ? [['that no file names a package registry', node24, [at('scripts/hosts.mjs')]]]
      : []),
  ];
  let failed = 0;
  for (const [what, program, args] of checks) {
    say(`Checking ${what}`);
    if ((await run(program, args)) !== 0) {
      console.error(`✗ ${what}`);
      failed += 1;
    }
  }
  return failed;
}

if (process.argv[1]?.endsWith('check.mjs')) {
  await script(async () => {
    await ensureInstalled();
    return (await check()) === 0 ? 0 : 1;
  });
}
