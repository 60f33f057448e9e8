// `npm test`: installs and builds what is missing, runs every check and every test, and ends with one line
// "N passed, N failed". Arguments go to vitest, e.g. `npm test -- packages/snr`; then only the first suite runs.
import { check } from './check.mjs';
import { runSuite } from './suite.mjs';
import { ensureBuilt, ensureInstalled, script } from './workspace.mjs';

/** Suites with a set-up of their own: a simulated cloud, a browser. */
const suites = { cloud: 'vitest.cloud.config.ts', 'web page': 'webgui/vitest.config.ts' };

await script(async () => {
  const filters = process.argv.slice(2);
  await ensureInstalled();
  await ensureBuilt();
  const failedChecks = await check();

  const counts = [await runSuite('engine and server', 'vitest.config.ts', filters)];
  if (filters.length === 0)
    for (const [name, config] of Object.entries(suites)) counts.push(await runSuite(name, config));

  const sum = (what) => counts.reduce((total, suite) => total + suite[what], 0);
  const failed = sum('failed') + failedChecks;
  if (failedChecks > 0) console.error(`\n${failedChecks} of the checks before the tests failed: see above.`);
  const failures = counts.flatMap((suite) => suite.failures);
  if (failures.length > 0) console.error(['\nFailed:', ...failures].join('\n  '));
  const skipped = sum('skipped') > 0 ? `, ${sum('skipped')} skipped` : '';
  console.log(`\n${sum('passed')} passed, ${failed} failed${skipped}`);
  return failed === 0 ? 0 : 1;
});
