import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import type { Pipeline } from '@mroptimum/brain';
import { type Brain, endpoints, parseJob } from '@mroptimum/contract';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually, mroptimum } from '../../cli/test/platform/harness.ts';
import { launchBrowser, visit } from './browser.ts';
import { type Person, signIn, simulate, startWebPlatform, type WebPlatform } from './platform.ts';

let platform: WebPlatform;
let browser: Browser;
let person: Person;
let brain: Brain;
beforeAll(async () => {
  [platform, browser] = await Promise.all([startWebPlatform(), launchBrowser()]);
  person = await platform.person('jobs');
  brain = await platform.brain(person);
  const { at } = platform.folder;
  const scopes: ('data:read' | 'data:write')[] = ['data:read', 'data:write'];
  const { token } = await brain.call(endpoints.createToken, { body: { name: 'test', scopes } });
  const signal = await simulate(at('phantom'), '--slices', '2', '--matrix', '64,64');
  const env = { MRO_SERVER: platform.origin, MRO_TOKEN: token, MRO_CONFIG: at('config') };
  const put = await mroptimum(env, 'data', 'put', signal);
  if (put.code !== 0) throw new Error(put.err);
});
afterAll(async () => {
  await browser.close();
  await platform.end();
});

const visitor = () => visit(browser, platform.origin);

/** A job with the file of the library. */
async function task(name: string, options: object = {}) {
  const [file] = (await brain.call(endpoints.files)).items;
  const { Bucket, Key } = JSON.parse(file!.location) as { Bucket: string; Key: string };
  const place = { type: 's3', filename: file!.filename, bucket: Bucket, key: Key, multiraid: true };
  const signal = { type: 'file', id: 1, options: { ...place, vendor: 'Siemens' } };
  const reconstructor = { type: 'recon', name: 'rss', options: { signal } };
  return { version: 'v0', acquisition: 2, type: 'snr', name, options: { ...options, reconstructor } };
}
const queue = async (alias: string, name: string, options?: object) =>
  brain.call(endpoints.queue, { body: { alias, task: await task(name, options) } });
/** Takes some seconds. */
const long = { NR: 100, boxSize: 9 };

describe('a job', () => {
  test('is followed live, renamed, duplicated, downloaded and deleted', async () => {
    const someone = await visitor();
    const { page } = someone;
    await signIn(page, person, '/login?next=/jobs');
    await page.getByText('No jobs yet').waitFor();
    await queue('Long one', 'cr', long);
    // The list finds it by itself.
    const row = page.getByRole('row').filter({ hasText: 'Long one' });
    await row.waitFor({ timeout: 20_000 });
    await row.getByRole('button', { name: /^Actions for/ }).click();
    await page.getByRole('menuitem', { name: 'Details' }).click();
    const drawer = page.getByRole('dialog');
    await drawer.getByText('Log', { exact: true }).waitFor();
    await row.getByText('Completed').waitFor({ timeout: 60_000 });
    await drawer.locator('li').first().waitFor();
    expect(await drawer.locator('li').count()).toBeGreaterThan(2);
    await drawer.getByRole('link', { name: 'Open the result' }).waitFor();
    await page.keyboard.press('Escape');

    const menu = async (entry: string) => {
      await row.getByRole('button', { name: /^Actions for/ }).click();
      await page.getByRole('menuitem', { name: entry }).click();
    };
    const [download] = await Promise.all([page.waitForEvent('download'), menu('Download')]);
    expect(download.suggestedFilename()).toBe('Long one.zip');
    await menu('Rename');
    await page.getByLabel('New name').fill('Long one, renamed');
    await page.keyboard.press('Enter');
    await row.getByText('Long one, renamed').waitFor();
    await row.getByRole('button', { name: /^Actions for/ }).click();
    expect(await page.getByRole('menuitem', { name: 'Duplicate into Set up' }).getAttribute('href')).toMatch(
      /^\/setup\?job=/,
    );
    await page.keyboard.press('Escape');
    await menu('Delete');
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('No jobs yet').waitFor();
    expect(someone.faults()).toEqual([]);
  });

  test('that waits is cancelled, and run again', async () => {
    const someone = await visitor();
    const { page } = someone;
    await signIn(page, person, '/login?next=/jobs');
    // A unit that nobody runs.
    const { computingUnitId } = await brain.call(endpoints.registerUnit, {
      body: { mode: 'local', provider: 'local', alias: 'Switched off' },
    });
    const body = { alias: 'Waits', computing_unit_id: computingUnitId, task: await task('ac') };
    const { id } = await brain.call(endpoints.queue, { body });
    await page.goto(`/jobs?job=${id}`);
    const drawer = page.getByRole('dialog');
    await drawer.getByRole('button', { name: 'Cancel the job' }).click();
    await drawer.getByText('Cancelled').waitFor();
    await drawer.getByRole('button', { name: 'Run it again' }).click();
    await drawer.getByText('Queued', { exact: true }).first().waitFor();
    await drawer.getByText('Switched off').waitFor();
    await drawer.getByRole('button', { name: 'Cancel the job' }).click();
    await drawer.getByText('Cancelled').waitFor();
    expect(someone.faults()).toEqual([]);
  });

  test('that fails says why and what to do', async () => {
    const someone = await visitor();
    const { page } = someone;
    const { id } = await queue('One repetition', 'mr');
    await signIn(page, person, `/login?next=${encodeURIComponent(`/jobs?job=${id}`)}`);
    const drawer = page.getByRole('dialog');
    await drawer.getByRole('alert').waitFor({ timeout: 30_000 });
    const job = await brain.call(endpoints.job, { params: { id } });
    await drawer.getByText(job.error!.message).first().waitFor();
    await drawer.getByText(job.error!.hint).first().waitFor();
    await drawer.getByText(job.error!.code).first().waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('Failed', { exact: true }).first().click();
    await page.waitForURL(/status=failed/);
    expect(await page.getByRole('row').filter({ hasText: 'Completed' }).count()).toBe(0);
    expect(someone.faults()).toEqual([]);
  });

  test('whose worker is killed runs again, and the page tells', async () => {
    const someone = await visitor();
    const { page } = someone;
    await signIn(page, person, '/login?next=/jobs');
    const { id } = await queue('Killed', 'cr', long);
    await eventually('the job runs', async () => {
      const { status } = await brain.call(endpoints.job, { params: { id } });
      return status === 'running' ? true : undefined;
    });
    const { stdout } = await promisify(execFile)('pgrep', ['-P', String(platform.server().process.pid)]);
    for (const pid of stdout.trim().split('\n')) process.kill(Number(pid), 'SIGKILL');
    await page.goto(`/jobs?job=${id}`);
    const drawer = page.getByRole('dialog');
    await drawer.getByText('Completed').waitFor({ timeout: 90_000 });
    await drawer.getByText('Attempt 2').waitFor();
    expect(someone.faults()).toEqual([]);
  });

  test('goes on under an open page when the server is started again', async () => {
    const someone = await visitor();
    const { page } = someone;
    const { id } = await queue('Across a restart', 'cr', long);
    await signIn(page, person, `/login?next=${encodeURIComponent(`/jobs?job=${id}`)}`);
    const drawer = page.getByRole('dialog');
    await drawer
      .getByText(/Running|Queued/)
      .first()
      .waitFor();
    someone.expectFault(/ERR_CONNECTION|ERR_EMPTY_RESPONSE|ERR_INCOMPLETE|ERR_SOCKET/);
    await platform.restart();
    await drawer.getByText('Completed').waitFor({ timeout: 90_000 });
    expect(someone.faults()).toEqual([]);
  });
});

test('ten thousand jobs are shown, searched and filtered without a page that slows down', async () => {
  const many = await platform.person('many');
  const userId = (await (await platform.brain(many)).call(endpoints.profile)).id;
  const job = parseJob({ task: await task('ac') });
  const start = Date.now() - 20_000_000;
  const database = new DatabaseSync(platform.folder.at('data/records.sqlite'));
  const insert = database.prepare('INSERT INTO pipelines (id, doc) VALUES (?, ?)');
  database.exec('BEGIN');
  for (let i = 0; i < 10_000; i += 1) {
    const at = new Date(start + 1000 * i).toISOString();
    const pipeline: Pipeline = {
      id: randomUUID(),
      version: 1,
      createdAt: at,
      updatedAt: at,
      userId,
      alias: `Scan ${i}`,
      unitId: 'unit',
      mode: 'local',
      status: i % 10 === 0 ? 'failed' : 'completed',
      job,
      inputs: [],
      attempts: 1,
      progress: 1,
      cancelRequested: false,
    };
    insert.run(pipeline.id, JSON.stringify(pipeline));
  }
  database.exec('COMMIT');
  database.close();

  const someone = await visitor();
  const { page } = someone;
  await signIn(page, many, '/login?next=/jobs');
  await page.getByRole('link', { name: 'Scan 9999', exact: true }).waitFor();
  expect(await page.getByRole('row').count()).toBeLessThan(60);
  const table = page.getByRole('table', { name: 'Jobs, newest first' });
  await page.getByLabel('Search jobs').fill('Scan 4711');
  // Everything is read, page by page, to be sure that there is no other one.
  await page.getByText('1 job', { exact: true }).waitFor({ timeout: 60_000 });
  await page.getByRole('link', { name: 'Scan 4711', exact: true }).waitFor();
  await page.getByLabel('Search jobs').fill('');
  await expect.poll(() => table.getAttribute('aria-rowcount')).toBe('10000');
  const frame = page.getByRole('rowgroup').last();
  const moved = performance.now();
  await frame.evaluate((element) => element.scrollTo(0, element.scrollHeight));
  await page.getByRole('link', { name: 'Scan 0', exact: true }).waitFor();
  expect(performance.now() - moved).toBeLessThan(2000);
  expect(await page.getByRole('row').count()).toBeLessThan(60);
  await page.getByText('Failed', { exact: true }).first().click();
  await page.getByRole('link', { name: 'Scan 9990', exact: true }).waitFor();
  expect(someone.faults()).toEqual([]);
});
