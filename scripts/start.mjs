// `npm start`: installs and builds what is missing, then starts the whole platform on this machine: accounts,
// data, jobs and a computing unit. The first start makes an administrator and a demonstration.
// `npm start -- --port 9000 --data FOLDER`; `npm start -- --help` lists the rest.
import { at, ensureBuilt, ensureInstalled, node24, run, say, script } from './workspace.mjs';

await script(async () => {
  await ensureInstalled();
  await ensureBuilt();
  say('Starting the platform');
  return run(node24, [at('cli/dist/server.js'), 'serve', ...process.argv.slice(2)]);
});
