// `npm run test:web`: the web pages in a real browser, against a real server with a real worker. Arguments go to
// vitest. The browser is Chromium: MRO_CHROMIUM, else where Linux distributions have it.
import { at, ensureBuilt, ensureInstalled, node24, run, say, script } from './workspace.mjs';

await script(async () => {
  await ensureInstalled();
  await ensureBuilt();
  say('Testing the web pages');
  const vitest = at('node_modules/vitest/vitest.mjs');
  return run(node24, [vitest, 'run', '--config', at('webgui/vitest.config.ts'), ...process.argv.slice(2)]);
});
