import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { unzipSync } from 'fflate';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import engine from '../../calculation/package.json' with { type: 'json' };
import { mroptimum } from '../../cli/test/platform/harness.ts';
import { launchBrowser, visit } from './browser.ts';
import { password, signIn, startWebPlatform, type WebPlatform } from './platform.ts';
import { choose, shownRequest } from './setupLab.ts';
import { contentOf, downloaded, dragOn, noFaults, voxelsOf } from './viewerLab.ts';

const newcomer = { email: 'felix@lab.example', password };
let platform: WebPlatform;
let browser: Browser;
beforeAll(async () => {
  [platform, browser] = await Promise.all([startWebPlatform(), launchBrowser()]);
});
afterAll(async () => {
  await browser.close();
  await platform.end();
});

test('from registration to report', async () => {
  const folder = platform.folder.at('phantom');
  const made = await mroptimum({}, 'simulate', '--coils', '4', '--matrix', '64,64', '--out', folder);
  expect(made.code, made.err).toBe(0);
  const visitor = await visit(browser, platform.origin, { height: 1000 });
  const { page } = visitor;

  await register(page);
  await approve();
  await signIn(page, newcomer);
  await upload(page, join(folder, 'signal.npy'), join(folder, 'noise.npy'));
  await setUp(page);
  await page.getByRole('button', { name: 'Queue job' }).click();
  await page.getByRole('link', { name: 'Open the job' }).click();
  await page.waitForURL('**/jobs?job=*');
  const story = page.getByRole('dialog');
  await story.getByText('Completed', { exact: true }).waitFor({ timeout: 60_000 });
  await story.getByRole('link', { name: 'Open the result' }).click();

  const { mean, voxels } = await measure(page);
  await page.getByRole('link', { name: 'Report' }).click();
  await page.getByTestId('report').getByText('Centre of the phantom').first().waitFor();
  const [report] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save as a file' }).click(),
  ]);
  expect(report.suggestedFilename()).toMatch(/report\.html$/);
  const saved = platform.folder.at('report.html');
  await report.saveAs(saved);
  await noFaults(visitor);
  await read(saved, mean, voxels);
});

async function register(page: Page): Promise<void> {
  await page.goto('/');
  await page.getByRole('link', { name: 'Register' }).click();
  await page.getByLabel('First name').fill('Felix');
  await page.getByLabel('Last name').fill('Purcell');
  await page.getByLabel('E-mail').fill(newcomer.email);
  await page.getByLabel('User name').fill('felix');
  await page.getByLabel(/^Password/).fill(newcomer.password);
  await page.getByRole('button', { name: 'Register' }).click();
  await page.getByText('Your account waits for approval').waitFor();
}

/** The administrator lets the newcomer in, at a browser of his own. */
async function approve(): Promise<void> {
  const admin = await visit(browser, platform.origin);
  await signIn(admin.page, platform.administrator, '/login?next=/admin');
  const button = admin.page.getByRole('button', { name: `Approve ${newcomer.email}` });
  await button.click();
  await button.waitFor({ state: 'detached' });
  await noFaults(admin);
}

async function upload(page: Page, ...files: string[]): Promise<void> {
  await page.getByTestId('upload-input').setInputFiles(files);
  for (const name of ['signal.npy', 'noise.npy'])
    await page.getByRole('cell', { name, exact: true }).waitFor();
}

/** SENSE of every second line, with the axes of the arrays as `mroptimum simulate` names them. */
async function setUp(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Set up' }).first().click();
  await choose(page, 'Signal', 'signal.npy');
  await page.getByRole('textbox', { name: 'Axes', exact: true }).fill('srczyx');
  await choose(page, 'Noise', 'noise.npy');
  await page.getByRole('textbox', { name: 'Noise: Axes', exact: true }).fill('cyx');
  await page.getByRole('radio', { name: 'SENSE' }).check();
  await page.getByLabel('Undersample complete data (decimate)').check();
  await page.getByLabel('All lines along phase').uncheck();
  const { alias } = await shownRequest(page);
  expect(alias).toBe('signal-ac-sense');
}

/** Draws a rectangle on SNR; its mean as the table shows it, which is that of the bundle, and how many voxels. */
async function measure(page: Page): Promise<{ mean: string; voxels: number }> {
  await page.getByTestId('cursor-value').waitFor();
  await page.keyboard.press('r');
  await dragOn(page, 'slice-axial', [0.4, 0.4], [0.6, 0.65]);
  await page.getByRole('tab', { name: 'Measure' }).click();
  await page.getByRole('textbox', { name: 'Name of the region' }).fill('Centre of the phantom');
  const shown = await page.getByRole('row', { name: /^Mean/ }).getByRole('cell').first().textContent();

  const drawing = voxelsOf(await downloaded(page, 'Save file'));
  const [result] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Download the bundle' }).click(),
  ]);
  const snr = voxelsOf(unzipSync(await contentOf(result))['data/SNR.nii.gz']!);
  expect(drawing.dims.slice(1, 4)).toEqual(snr.dims.slice(1, 4));
  const inside = snr.values.filter((_, at) => drawing.values[at] === 1);
  const mean = inside.reduce((sum, value) => sum + value, 0) / inside.length;
  expect(inside.length).toBeGreaterThan(50);
  expect(mean).toBeGreaterThan(1);
  expect(shown).toBe(mean.toPrecision(5));
  return { mean: shown!, voxels: inside.length };
}

/** Opens the report as somebody does who has nothing but the file, and no network. */
async function read(file: string, mean: string, voxels: number): Promise<void> {
  const reader = await visit(browser, platform.origin);
  const { context, page } = reader;
  await context.setOffline(true);
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  const address = pathToFileURL(file).href;
  await page.goto(address);
  expect(asked.filter((url) => url !== address && !url.startsWith('data:'))).toEqual([]);
  const html = readFileSync(file, 'utf8');
  expect(html).not.toMatch(/<(script|link|iframe)\b/);
  expect(html).not.toMatch(/(src|href)="(?!data:)/);
  const widths = await page.evaluate(() => [...document.images].map((image) => image.naturalWidth));
  expect(widths.length).toBeGreaterThan(2);
  expect(Math.min(...widths)).toBeGreaterThan(100);

  const region = page.getByRole('row').filter({ hasText: 'Centre of the phantom' }).first();
  const cells = await region.getByRole('cell').allTextContents();
  expect(cells.slice(0, 2)).toEqual(['Centre of the phantom', 'SNR']);
  expect(cells[2]).toBe(String(voxels));
  expect(cells[5]).toBe(mean);

  const entry = (name: string) =>
    page
      .getByRole('row')
      .filter({ has: page.getByRole('rowheader', { name, exact: true }) })
      .getByRole('cell')
      .textContent();
  expect(await entry('Engine')).toBe(engine.version);
  expect(await entry('Noise')).toBe('noise file (noise.npy)');
  const reconstructor = 'options.reconstructor';
  expect(await entry(`${reconstructor}.name`)).toBe('sense');
  expect(await entry(`${reconstructor}.options.decimate`)).toBe('true');
  expect(await entry(`${reconstructor}.options.accelerations`)).toBe('[1,2]');
  expect(await entry(`${reconstructor}.options.acl`)).toBe('[null,24]');
  await noFaults(reader);
}
