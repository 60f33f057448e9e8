// `npm run test:cloud`: the tests against a cloud on this machine. Their set-up makes
// .venv-cloud where it is missing and starts moto on a free port of 127.0.0.1. Arguments go to vitest.
import { at, ensureBuilt, ensureInstalled, node24, run, script } from './workspace.mjs';

await script(async () => {
  await ensureInstalled();
  await ensureBuilt();
  const vitest = at('node_modules/vitest/vitest.mjs');
  return run(node24, [vitest, 'run', '--config', at('vitest.cloud.config.ts'), ...process.argv.slice(2)]);
});
