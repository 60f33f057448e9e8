import { writeFileSync } from 'node:fs';
import { unzipSync } from 'fflate';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser, visit } from './browser.ts';
import { type MadeResult, oblique, snrValues } from './bundles.ts';
import { startWebPlatform, type WebPlatform } from './platform.ts';
import { bundleFile, downloaded, dragOn, noFaults, openFile, voxelsOf } from './viewerLab.ts';

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

describe('regions', () => {
  const scenes: MadeResult[] = [
    { slices: 1, matrix: 48, scale: 1e6 },
    { slices: 40, matrix: 64, scale: 1e-6, geometry: oblique },
    { slices: 6, matrix: 33, scale: 40, geometry: oblique },
  ];
  test.each(scenes)(
    'have the statistics of the bundle: $slices slices, values about $scale',
    async (made) => {
      const { path, bytes } = await bundleFile(platform, made);
      const visitor = await visit(browser, platform.origin);
      const { page } = visitor;
      await openFile(page, path);
      await page.keyboard.press('r');
      await dragOn(page, 'slice-axial', [0.4, 0.35], [0.62, 0.6]);
      await page.getByRole('tab', { name: 'Measure' }).click();
      await page.getByTestId('statistics').waitFor();
      const csv = new TextDecoder().decode(await downloaded(page, 'CSV')).split('\r\n');
      const drawn = voxelsOf(await downloaded(page, 'Save file'));
      const map = voxelsOf(unzipSync(bytes)['data/SNR.nii.gz']!);

      // What was drawn is a filled rectangle on one slice.
      const [, nx, ny] = drawn.dims as [number, number, number];
      const places = drawn.values.flatMap((label, at) => (label === 1 ? [at] : []));
      const extent = (position: (at: number) => number): number => new Set(places.map(position)).size;
      const [width, height] = [extent((at) => at % nx), extent((at) => Math.floor(at / nx) % ny)];
      expect(extent((at) => Math.floor(at / (nx * ny)))).toBe(1);
      expect(places).toHaveLength(width * height);
      expect(width).toBeGreaterThan(4);
      expect(height).toBeGreaterThan(4);

      const inside = places.map((at) => map.values[at]!).toSorted((a, b) => a - b);
      const mean = inside.reduce((sum, value) => sum + value, 0) / inside.length;
      const sd = Math.sqrt(inside.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (inside.length - 1));
      const table = Object.fromEntries(csv[0]!.split(',').map((name, i) => [name, csv[1]!.split(',')[i]]));
      expect(Number(table.Voxels)).toBe(places.length);
      expect(Number(table.Mean) / mean).toBeCloseTo(1, 12);
      expect(Number(table.SD) / sd).toBeCloseTo(1, 10);
      expect(Number(table.Min)).toBe(inside[0]);
      expect(Number(table.Max)).toBe(inside.at(-1));
      const half = (inside.length - 1) / 2;
      expect(Number(table.Median)).toBeCloseTo(
        (inside[Math.floor(half)]! + inside[Math.ceil(half)]!) / 2,
        12,
      );
      await noFaults(visitor);
    },
  );

  test('are drawn by every tool, by keys too, taken back and made again', async () => {
    const { path } = await bundleFile(platform, { slices: 6, matrix: 33, geometry: oblique });
    const visitor = await visit(browser, platform.origin);
    const { page } = visitor;
    await openFile(page, path);
    const count = async (): Promise<number> => {
      // Regions are measured a moment after the last stroke.
      await page.waitForTimeout(150);
      const row = page.getByRole('row', { name: /^Voxels/ });
      return (await row.count()) === 0 ? 0 : Number(await row.getByRole('cell').first().textContent());
    };
    const tool = (name: string | RegExp) => page.getByRole('button', { name, exact: true }).click();
    const counts: number[] = [];
    const grows = async (): Promise<void> => {
      const now = await count();
      expect(now).toBeGreaterThan(counts.at(-1) ?? 0);
      counts.push(now);
    };
    await tool('Pen');
    await dragOn(page, 'slice-axial', [0.3, 0.3], [0.4, 0.3]);
    await grows();
    await tool('Ellipse');
    await dragOn(page, 'slice-axial', [0.5, 0.5], [0.6, 0.7]);
    await grows();
    await tool(/^Polygon/);
    const box = (await page.getByTestId('slice-axial').boundingBox())!;
    for (const [x, y] of [
      [0.3, 0.4],
      [0.45, 0.45],
      [0.35, 0.6],
    ] as const) {
      await page.mouse.click(box.x + x * box.width, box.y + y * box.height);
    }
    await page.keyboard.press('Enter');
    await grows();
    await tool('Grow from a voxel');
    await page.mouse.click(box.x + 0.66 * box.width, box.y + 0.4 * box.height);
    await grows();
    await tool('Rectangle');
    await page.getByRole('application').focus();
    await page.keyboard.press('PageUp');
    await page.keyboard.press(' ');
    for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowRight');
    for (let i = 0; i < 2; i++) await page.keyboard.press('ArrowDown');
    await page.keyboard.press(' ');
    await grows();
    expect(counts.at(-1)! - counts.at(-2)!).toBe(4 * 3);
    for (let i = counts.length - 2; i >= 0; i--) {
      await page.keyboard.press('Control+z');
      expect(await count()).toBe(counts[i]);
    }
    await page.keyboard.press('Control+z');
    expect(await count()).toBe(0);
    for (const expected of counts) {
      await page.keyboard.press('Control+y');
      expect(await count()).toBe(expected);
    }
    // Twelve voxels of this slice, on all six.
    await page.keyboard.press('Control+z');
    await page.keyboard.press('Control+z');
    const before = await count();
    await page.keyboard.press('Control+y');
    await page.keyboard.press('Control+y');
    await page.getByRole('button', { name: 'Copy to all slices' }).click();
    expect(await count()).toBeGreaterThan(before + 12);
    await page.getByRole('button', { name: 'Line profile' }).click();
    await dragOn(page, 'slice-axial', [0.2, 0.5], [0.8, 0.5]);
    await page.getByTestId('profile').waitFor();
    await page.getByRole('button', { name: 'Fill' }).click();
    await page.mouse.click(box.x + 0.05 * box.width + 60, box.y + 0.5 * box.height);
    await noFaults(visitor);
  });
});

describe('tables and files', () => {
  test('of groups and thresholds go to the clipboard and come back from a file', async () => {
    const made = { slices: 4, matrix: 24, geometry: oblique };
    const { path } = await bundleFile(platform, made);
    const visitor = await visit(browser, platform.origin);
    await visitor.context.grantPermissions(['clipboard-read']);
    const { page } = visitor;
    await openFile(page, path);
    await page.getByRole('tab', { name: 'Measure' }).click();
    await page.getByRole('textbox', { name: 'From' }).fill('20');
    await page.getByText('All slices', { exact: true }).click();
    await page.getByRole('button', { name: 'Take voxels' }).click();
    const bright = snrValues(made).filter((value) => value >= 20);
    const voxels = page.getByRole('row', { name: /^Voxels/ }).getByRole('cell');
    await expect.poll(() => voxels.first().textContent()).toBe(String(bright.length));

    await page.getByRole('button', { name: 'New region' }).click();
    await page.keyboard.press('r');
    await dragOn(page, 'slice-axial', [0.02, 0.45], [0.3, 0.55]);
    await page.getByRole('checkbox', { name: 'Select ROI 1 for a group' }).check();
    await page.getByRole('checkbox', { name: 'Select ROI 2 for a group' }).check();
    await page.getByRole('button', { name: 'Group', exact: true }).click();
    await expect.poll(() => voxels.count()).toBe(3);
    const [first, second, both] = (await voxels.allTextContents()).map(Number);
    expect(both).toBe(first! + second!);

    await page.getByRole('checkbox', { name: 'All maps' }).check();
    await page.getByRole('button', { name: 'Copy', exact: true }).click();
    await page.getByText('The table is on the clipboard.').waitFor();
    const lines = (await page.evaluate(() => navigator.clipboard.readText())).split('\n');
    // Three regions on SNR, reconstruction and both limits, and the head.
    expect(lines).toHaveLength(1 + 3 * 4);
    expect(lines[1]!.split('\t').slice(0, 3)).toEqual(['ROI 1', 'SNR', String(first)]);

    const drawing = platform.folder.at('drawing.nii.gz');
    writeFileSync(drawing, await downloaded(page, 'Save file'));
    await page.getByRole('button', { name: 'Clear all' }).click();
    await expect.poll(() => voxels.count()).toBe(0);
    page.once('dialog', (dialog) => void dialog.accept());
    await page.locator('input[type=file]').last().setInputFiles(drawing);
    await expect.poll(() => voxels.allTextContents()).toEqual([first, second, both].map(String));
    expect(await page.getByRole('button', { name: 'Ungroup ROI 1 + ROI 2' }).count()).toBe(1);

    const { path: other } = await bundleFile(platform, { ...made, matrix: 25 });
    await openFile(page, other);
    await page.getByRole('tab', { name: 'Measure' }).click();
    await page.locator('input[type=file]').last().setInputFiles(drawing);
    await expect.poll(() => page.getByRole('alert').textContent()).toContain('MRO_BUNDLE_GEOMETRY');
    await noFaults(visitor);
  });
});
