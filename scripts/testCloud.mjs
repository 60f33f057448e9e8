// `npm run test:cloud`: the tests against a cloud on this machine. Makes .venv-cloud where it is missing, starts moto on
// a free port of 127.0.0.1 and runs every *.cloud.test.ts. Arguments go to vitest.
import { ensurePython } from './python.mjs';
import { at, ensureBuilt, ensureInstalled, node24, run, script } from './workspace.mjs';

await script(async () => {
  await ensureInstalled();
  await ensureBuilt();
  await ensurePython();
  const vitest = at('node_modules/vitest/vitest.mjs');
  return run(node24, [vitest, 'run', '--config', at('vitest.cloud.config.ts'), ...process.argv.slice(2)]);
});
