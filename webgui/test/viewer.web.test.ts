import { writeFileSync } from 'node:fs';
import { memoryZipSink, writeFailure } from '@mroptimum/bundle';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { violations } from './axe.ts';
import { launchBrowser, visit } from './browser.ts';
import { bringBundle, madeBundle, oblique, snrValues } from './bundles.ts';
import { signIn, startWebPlatform, type WebPlatform } from './platform.ts';
import { bundleFile, chooseMap, downloaded, dragOn, noFaults, openFile } from './viewerLab.ts';

let platform: WebPlatform;
let browser: Browser;
beforeAll(async () => {
  platform = await startWebPlatform();
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  await platform.end();
});

describe('a bundle that is opened without an account', () => {
  test('shows stored values, and asks nobody', async () => {
    const made = { slices: 7, matrix: 40, geometry: oblique, scale: 1e-6 };
    const { path } = await bundleFile(platform, made);
    const visitor = await visit(browser, platform.origin);
    const { page } = visitor;
    await page.goto('/open');
    await page.waitForLoadState('networkidle');
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await page.locator('input[type=file]').setInputFiles(path);
    await page.getByTestId('cursor-value').waitFor();
    expect(asked.filter((place) => !place.startsWith('/assets/'))).toEqual([]);

    const snr = snrValues(made);
    const stored = async (): Promise<number> =>
      Number(await page.getByTestId('cursor-value').getAttribute('data-value'));
    expect(await page.getByTestId('cursor-voxel').textContent()).toBe('(20, 20, 3)');
    expect(await stored()).toBe(snr[(3 * 40 + 20) * 40 + 20]);
    // In a radiological picture of this slice the first axis runs against the patient's right: to the right.
    await page.getByRole('application').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Shift+ArrowDown');
    await page.keyboard.press('PageUp');
    expect(await page.getByTestId('cursor-voxel').textContent()).toBe('(21, 30, 4)');
    expect(await stored()).toBe(snr[(4 * 40 + 30) * 40 + 21]);
    await expect.poll(() => page.getByTestId('cursor-interval').textContent()).toContain('×');
    await noFaults(visitor);
  });

  test('shows every map, complex parts, matrices with dead and hot coils', async () => {
    const { path } = await bundleFile(platform, { slices: 5, matrix: 32, geometry: oblique });
    const visitor = await visit(browser, platform.origin);
    const { page } = visitor;
    await openFile(page, path);
    await chooseMap(page, 'Reconstruction');
    await page.getByRole('combobox', { name: 'Shown of complex numbers' }).click();
    await page.getByRole('option', { name: 'Phase' }).click();
    await expect.poll(() => page.getByTestId('cursor-value').textContent()).toMatch(/i.*Phase.*rad/);
    await expect.poll(() => page.getByTestId('colour-bar').textContent()).toContain('3.14');
    await chooseMap(page, 'Noise Covariance');
    await expect.poll(() => page.getByText(/No noise from coil 2/).count()).toBe(1);
    expect(await page.getByText(/Coil 5 has 4\.0 × the noise/).count()).toBe(1);
    await page.getByRole('application').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    expect(await page.getByTestId('matrix-cell').textContent()).toContain('coils 1, 1: 1.2100');
    await chooseMap(page, 'SNR');
    for (const layout of ['Coronal', 'Sagittal']) {
      await page.getByText(layout, { exact: true }).click();
      expect(await page.getByTestId(`slice-${layout.toLowerCase()}`).count()).toBe(1);
    }
    await page.keyboard.press('4');
    await expect.poll(() => page.locator('canvas[data-testid^="slice-"]').count()).toBe(3);
    await page.getByText('Settings', { exact: true }).click();
    expect(await page.getByText('294,912').count()).toBe(1);
    await page.getByRole('tab', { name: 'Log' }).click();
    expect(await page.getByText('The calculation begins').count()).toBe(1);
    await noFaults(visitor);
  });

  test('keeps how maps are displayed when another one is chosen', async () => {
    const { path } = await bundleFile(platform, { slices: 5, matrix: 32, geometry: oblique });
    const visitor = await visit(browser, platform.origin);
    const { page } = visitor;
    await openFile(page, path);
    await page.getByRole('combobox', { name: 'Colours' }).click();
    await page.getByRole('option', { name: 'Inferno' }).click();
    await page.getByRole('textbox', { name: 'High' }).fill('33');
    await page.getByRole('slider', { name: 'Slice' }).focus();
    await page.keyboard.press('End');
    await chooseMap(page, 'SNR 95 % upper');
    await expect.poll(() => page.getByRole('textbox', { name: 'High' }).inputValue()).not.toBe('33');
    expect(await page.getByRole('combobox', { name: 'Colours' }).inputValue()).toBe('Inferno');
    expect(await page.getByTestId('slice-number').textContent()).toBe('5 / 5');
    await chooseMap(page, 'SNR');
    await expect.poll(() => page.getByRole('textbox', { name: 'High' }).inputValue()).toBe('33');
    const picture = await downloaded(page, 'Save a picture');
    expect([...picture.subarray(1, 4)]).toEqual([80, 78, 71]);
    await noFaults(visitor);
  });

  test('of a failed calculation says why, and shows its log', async () => {
    const error = { code: 'MRO_SNR_NOISE', message: 'Coil 3 is dead.', hint: 'Leave it out.' };
    const log = [{ when: 'then', what: 'The noise is read', type: 'procedure', settings: {} }];
    const info = { options: { name: 'ac' }, log, calculationTime: 1, summary: {} };
    const { result } = await writeFailure(memoryZipSink(), { error, info });
    const path = platform.folder.at('failed.zip');
    writeFileSync(path, result);
    const visitor = await visit(browser, platform.origin);
    const { page } = visitor;
    await page.goto('/open');
    await page.locator('input[type=file]').setInputFiles(path);
    await expect.poll(() => page.getByRole('alert').textContent()).toContain('Coil 3 is dead.');
    expect(await page.getByText('The noise is read').count()).toBe(1);
    expect(await page.getByText('This bundle holds no maps.').count()).toBe(1);
    expect(await violations(page)).toEqual([]);
    await noFaults(visitor);
  });

  test('says what is wrong with other files', async () => {
    const path = platform.folder.at('no.zip');
    writeFileSync(path, 'PK\x03\x04 and nothing');
    const visitor = await visit(browser, platform.origin);
    const { page } = visitor;
    await page.goto('/open');
    await page.locator('input[type=file]').setInputFiles(path);
    await expect.poll(() => page.getByRole('alert').textContent()).toMatch(/MRO_BUNDLE_/);
    await noFaults(visitor);
  });
});

describe('pages of maps are accessible', () => {
  test.each(['light', 'dark'] as const)('in the %s theme', async (scheme) => {
    const brain = await platform.brain();
    const id = await bringBundle(brain, `Accessible ${scheme}`, await madeBundle({ slices: 3, matrix: 24 }));
    const visitor = await visit(browser, platform.origin, { scheme });
    const { page } = visitor;
    await signIn(page, platform.administrator);
    await page.goto(`/jobs/${id}`);
    await page.getByTestId('cursor-value').waitFor();
    const found: Record<string, string[]> = {};
    for (const tab of ['Display', 'Settings', 'Log', 'Measure']) {
      await page.getByRole('tab', { name: tab }).click();
      if (tab === 'Measure') {
        await page.keyboard.press('r');
        await dragOn(page, 'slice-axial', [0.4, 0.35], [0.62, 0.6]);
        await page.getByTestId('statistics').waitFor();
      }
      found[tab] = await violations(page);
    }
    await chooseMap(page, 'Noise Covariance');
    await page.getByTestId('matrix-cell').waitFor();
    found.matrix = await violations(page);
    for (const [name, path, ready] of [
      ['compare', `/compare?jobs=${id},${id}`, 'agreement'],
      ['report', `/report/${id}`, 'report'],
      ['trend', '/trend', 'trend'],
      ['open', '/open', 'drop'],
    ] as const) {
      await page.goto(path);
      await page.getByTestId(ready).waitFor();
      found[name] = await violations(page);
    }
    expect(Object.entries(found).filter(([, list]) => list.length > 0)).toEqual([]);
    await noFaults(visitor);
  });
});
