import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser, visit } from './browser.ts';
import { bringBundle, madeBundle, oblique } from './bundles.ts';
import { signIn, startWebPlatform, type WebPlatform } from './platform.ts';
import { chooseMap, downloaded, dragOn, noFaults } from './viewerLab.ts';

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

describe('results of jobs', () => {
  test('keep drawings with the job, and put them into the report', async () => {
    const brain = await platform.brain();
    const made = { slices: 6, matrix: 33, geometry: oblique };
    const id = await bringBundle(brain, 'Phantom with regions', await madeBundle(made));
    const visitor = await visit(browser, platform.origin);
    const { page } = visitor;
    await signIn(page, platform.administrator);
    await page.goto(`/jobs/${id}`);
    await page.getByTestId('cursor-value').waitFor();
    await page.keyboard.press('r');
    await dragOn(page, 'slice-axial', [0.4, 0.35], [0.62, 0.6]);
    await page.getByRole('tab', { name: 'Measure' }).click();
    await page.getByRole('textbox', { name: 'Name of the region' }).fill('Middle <b>');
    const mean = await page.getByRole('row', { name: /^Mean/ }).getByRole('cell').first().textContent();
    await page.getByRole('textbox', { name: 'Name of the drawing' }).fill('first look');
    await page.getByRole('button', { name: 'Store with the job' }).click();
    await page.getByRole('button', { name: 'Open first look.nii.gz' }).waitFor();

    await page.getByRole('link', { name: 'Report' }).click();
    await page.getByTestId('report').getByText('Middle <b>').first().waitFor();
    const html = new TextDecoder().decode(await downloaded(page, 'Save as a file'));
    expect(html).toContain('Middle &#60;b&#62;');
    expect(html).toContain(mean);
    expect(html).toContain('Noise bandwidth β');
    expect(html).not.toMatch(/(src|href)="(?!data:image\/png)/);
    const saved = await visitor.context.newPage();
    await saved.setContent(html);
    const pictures = await saved.evaluate(() => [...document.images].map((image) => image.naturalWidth));
    expect(pictures).toHaveLength(4);
    for (const width of pictures) expect(width).toBeGreaterThan(100);

    // After a reload the drawing comes from the server, with its name.
    await page.goto(`/jobs/${id}`);
    await page.getByTestId('cursor-value').waitFor();
    await page.getByRole('tab', { name: 'Measure' }).click();
    await page.getByRole('button', { name: 'Open first look.nii.gz' }).click();
    await page.getByRole('row', { name: /^Mean/ }).waitFor();
    expect(await page.getByRole('textbox', { name: 'Name of the region' }).inputValue()).toBe('Middle <b>');
    expect(await page.getByRole('row', { name: /^Mean/ }).getByRole('cell').first().textContent()).toBe(mean);
    page.once('dialog', (dialog) => void dialog.accept());
    await page.getByRole('button', { name: 'Delete first look.nii.gz' }).click();
    await page.getByText('No drawing is stored').waitFor();
    await noFaults(visitor);
  });

  test('have addresses that lead others to the same map, slice and window', async () => {
    const brain = await platform.brain();
    const made = { slices: 6, matrix: 33, geometry: oblique };
    const id = await bringBundle(brain, 'Phantom to share', await madeBundle(made));
    const visitor = await visit(browser, platform.origin);
    const { page } = visitor;
    await signIn(page, platform.administrator);
    await page.goto(`/jobs/${id}`);
    await page.getByTestId('cursor-value').waitFor();
    expect(new URL(page.url()).search).toBe('');
    await chooseMap(page, 'Noise Covariance');
    await page.waitForURL(/\?map=1$/);
    // Keys go to the viewer, not into the field in which the map was chosen.
    await page.keyboard.press('n');
    await page.waitForURL(/\?map=2$/);
    await chooseMap(page, 'SNR 95 % upper');
    await page.getByRole('slider', { name: 'Slice' }).focus();
    await page.keyboard.press('End');
    await page.getByRole('textbox', { name: 'High' }).fill('31');
    await page.waitForURL(/map=.*at=.*window=.*31/);
    const shown = async (tab: typeof page) => ({
      value: await tab.getByTestId('cursor-value').textContent(),
      high: await tab.getByRole('textbox', { name: 'High' }).inputValue(),
      map: await tab.getByRole('combobox', { name: 'Map' }).inputValue(),
      slice: await tab.getByTestId('slice-number').textContent(),
    });
    const address = page.url();
    const before = await shown(page);

    const guest = await visit(browser, platform.origin);
    await guest.page.goto(address);
    await guest.page.waitForURL(/login/);
    const path = new URL(guest.page.url());
    await signIn(guest.page, platform.administrator, `${path.pathname}${path.search}`);
    await guest.page.getByTestId('cursor-value').waitFor();
    expect(await shown(guest.page)).toEqual(before);
    expect(before).toMatchObject({ high: '31', map: 'SNR 95 % upper', slice: '6 / 6' });
    await noFaults(guest);

    // The address does not call back who has left for a page that loads slowly.
    await page.route('**/assets/ReportPage*', async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 1500));
      await route.continue();
    });
    await page.getByRole('slider', { name: 'Slice' }).focus();
    await page.keyboard.press('Home');
    await page.getByRole('link', { name: 'Report' }).click();
    await page.getByTestId('report').waitFor();
    expect(new URL(page.url()).pathname).toBe(`/report/${id}`);
    await noFaults(visitor);
  });

  test('are compared with a common crosshair, and followed over time', async () => {
    const brain = await platform.brain();
    const scales = [40, 44, 42];
    const ids: string[] = [];
    for (const [i, scale] of scales.entries()) {
      const made = { slices: 6, matrix: 33, geometry: oblique, scale, method: i === 1 ? 'ac' : 'pmr' };
      ids.push(await bringBundle(brain, `Weekly ${i + 1}`, await madeBundle(made)));
    }
    const visitor = await visit(browser, platform.origin, { width: 1600, height: 1000 });
    const { page } = visitor;
    await signIn(page, platform.administrator);
    await page.goto(`/compare?jobs=${ids[0]},${ids[1]}`);
    const value = async (letter: string): Promise<number> =>
      Number(await page.getByTestId(`value-${letter}`).getAttribute('data-value'));
    await page.getByTestId('value-A − B').waitFor();
    await page.getByRole('application').first().focus();
    for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowRight');
    await page.keyboard.press('PageUp');
    const [a, b] = [await value('A'), await value('B')];
    expect(b / a).toBeCloseTo(1.1, 5);
    expect(await value('A − B')).toBe(Math.fround(a - b));
    await page.getByRole('combobox', { name: 'Map of both' }).click();
    await page.getByRole('option', { name: /Percent/ }).click();
    await page.getByTestId('value-100 (A − B) / B').waitFor();
    expect(await value('100 (A − B) / B')).toBeCloseTo((100 * (a - b)) / b, 4);
    expect(await page.getByTestId('agreement').textContent()).toContain('Correlation1.000');
    await page.getByRole('tab', { name: 'Settings' }).click();
    const rows = await page.getByTestId('differences').getByRole('row').allTextContents();
    expect(rows).toEqual(['SettingAB', 'namepmrac', 'info.methodpmrac']);

    await page.goto('/trend');
    await page.getByRole('textbox', { name: 'Name contains' }).fill('weekly');
    await expect.poll(() => page.getByTestId('trend-summary').textContent()).toContain('3 results');
    const rowsOfTrend = page.getByTestId('trend').getByRole('row');
    await expect.poll(() => rowsOfTrend.filter({ hasText: /Weekly \d/ }).count()).toBe(3);
    await expect.poll(() => rowsOfTrend.count()).toBe(4);
    await noFaults(visitor);
  });
});
