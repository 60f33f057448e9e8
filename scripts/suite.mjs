// One run of the test runner, counted.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { at, node24, root, run, say } from './workspace.mjs';

/**
 * Runs the tests of one vitest configuration and counts them. A file that cannot even be loaded has no tests that could
 * fail: it counts as one failure.
 */
export async function runSuite(name, config, filters = []) {
  say(`Running the tests: ${name}`);
  const folder = await mkdtemp(join(tmpdir(), 'mroptimum-tests-'));
  const report = join(folder, 'report.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const vitest = at('node_modules/vitest/vitest.mjs');
  const code = await run(node24, [vitest, 'run', '--config', at(config), ...reporters, ...filters]);
  const counts = await readCounts(report);
  await rm(folder, { recursive: true, force: true });
  if (code === 0 || counts.failed > 0) return counts;
  return { ...counts, failed: 1, failures: [`${name}: the test runner ended with code ${code}`] };
}

async function readCounts(report) {
  try {
    const told = JSON.parse(await readFile(report, 'utf8'));
    const failures = told.testResults.flatMap(({ name, assertionResults }) =>
      assertionResults
        .filter(({ status }) => status === 'failed')
        .map(({ fullName }) => `${relative(root, name)}: ${fullName}`),
    );
    const { numPassedTests: passed, numFailedTests: failed, numPendingTests: skipped } = told;
    return { passed, failed, skipped, failures };
  } catch {
    console.error('The test runner ended without a report.');
    return { passed: 0, failed: 0, skipped: 0, failures: [] };
  }
}
