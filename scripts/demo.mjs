// `npm run demo`: installs and builds what is missing, then shows what the engine does: a simulated acquisition,
// SNR by every method × reconstruction, compared with the known truth. Everything lands in ./mroptimum-demo.
import { at, ensureBuilt, ensureInstalled, node24, run, say, script } from './workspace.mjs';

await script(async () => {
  await ensureInstalled();
  await ensureBuilt();
  say('Demonstration: SNR by every method and reconstruction (well under a minute)');
  const code = await run(node24, [at('cli/bin/mroptimum.js'), 'demo', '--out', 'mroptimum-demo']);
  if (code === 0) {
    console.log('\nYour own data: npx mroptimum snr FILE --noise NOISEFILE   (npx mroptimum --help)');
  }
  return code;
});
