// `npm test`: installs and builds what is missing, runs every check and every test, and ends with one line
// "N passed, N failed". Arguments go to vitest, e.g. `npm test -- packages/snr`.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { check } from './check.mjs';
import { at, ensureBuilt, ensureInstalled, node24, run, say, script } from './workspace.mjs';

await script(async () => {
  const filters = process.argv.slice(2);
  await ensureInstalled();
  await ensureBuilt();
  const failedChecks = await check();

  say('Running the tests');
  const folder = await mkdtemp(join(tmpdir(), 'mroptimum-tests-'));
  const report = join(folder, 'report.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const vitest = at('node_modules/vitest/vitest.mjs');
  const code = await run(node24, [vitest, 'run', ...reporters, ...filters]);
  const counts = await readCounts(report);
  await rm(folder, { recursive: true, force: true });

  // A file that cannot even be loaded has no tests that could fail: vitest then says so by its exit code.
  const broken = code !== 0 && counts.failed === 0 ? 1 : 0;
  const failed = counts.failed + failedChecks + broken;
  if (failedChecks > 0) console.error(`\n${failedChecks} of the checks before the tests failed: see above.`);
  const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
  console.log(`\n${counts.passed} passed, ${failed} failed${skipped}`);
  return failed === 0 ? 0 : 1;
});

async function readCounts(report) {
  try {
    const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(await readFile(report, 'utf8'));
    return { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests };
  } catch {
    console.error('The test runner ended without a report.');
    return { passed: 0, failed: 0, skipped: 0 };
  }
}
