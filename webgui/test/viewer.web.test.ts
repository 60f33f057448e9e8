import { readFileSync, writeFileSync } from 'node:fs';
import { memoryZipSink, writeFailure } from '@mroptimum/bundle';
import { unzipSync } from 'fflate';
import * as nifti from 'nifti-reader-js';
import type { Browser, Download, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { violations } from './axe.ts';
import { launchBrowser, type Visitor, visit } from './browser.ts';
import { bringBundle, type MadeResult, madeBundle, oblique, snrValues } from './bundles.ts';
import { signIn, startWebPlatform, type WebPlatform } from './platform.ts';

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

/** Writes a made-up bundle to the disk. */
async function bundleFile(made: MadeResult): Promise<{ path: string; bytes: Uint8Array }> {
  const path = platform.folder.at(`made-${made.slices}-${made.matrix}-${made.scale ?? 40}.zip`);
  const bytes = await madeBundle(made);
  writeFileSync(path, bytes);
  return { path, bytes };
}

async function openFile(page: Page, path: string): Promise<void> {
  await page.goto('/open');
  await page.locator('input[type=file]').setInputFiles(path);
  await page.getByTestId('cursor-value').waitFor();
}

const chooseMap = async (page: Page, name: string): Promise<void> => {
  await page.getByRole('combobox', { name: 'Map' }).click();
  await page.getByRole('option', { name, exact: true }).click();
};

/** Drags from one place of a picture to another; places are parts of its width and height. */
async function dragOn(
  page: Page,
  picture: string,
  from: [number, number],
  to: [number, number],
): Promise<void> {
  const box = (await page.getByTestId(picture).boundingBox())!;
  const at = ([x, y]: [number, number]): [number, number] => [box.x + x * box.width, box.y + y * box.height];
  await page.mouse.move(...at(from));
  await page.mouse.down();
  await page.mouse.move(...at(to), { steps: 4 });
  await page.mouse.up();
}

const contentOf = async (download: Download): Promise<Uint8Array> =>
  new Uint8Array(readFileSync(await download.path()));

async function downloaded(page: Page, button: string): Promise<Uint8Array> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: button, exact: true }).click(),
  ]);
  return contentOf(download);
}

/** Numbers of a NIfTI file, by a reader of others. */
function voxelsOf(file: Uint8Array): { values: number[]; dims: number[] } {
  const bytes = Uint8Array.from(file).buffer;
  const plain = nifti.isCompressed(bytes) ? (nifti.decompress(bytes) as ArrayBuffer) : bytes;
  const header = nifti.readHeader(plain)!;
  const image = nifti.readImage(header, plain);
  const array = header.datatypeCode === 2 ? new Uint8Array(image) : new Float32Array(image);
  return { values: [...array], dims: header.dims };
}

async function noFaults(visitor: Visitor): Promise<void> {
  expect(visitor.faults()).toEqual([]);
  await visitor.context.close();
}

describe('a bundle that is opened without an account', () => {
  test('shows stored values, and asks nobody', async () => {
    const made = { slices: 7, matrix: 40, geometry: oblique, scale: 1e-6 };
    const { path } = await bundleFile(made);
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
    const { path } = await bundleFile({ slices: 5, matrix: 32, geometry: oblique });
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
    const { path } = await bundleFile({ slices: 5, matrix: 32, geometry: oblique });
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

describe('regions', () => {
  const scenes: MadeResult[] = [
    { slices: 1, matrix: 48, scale: 1e6 },
    { slices: 40, matrix: 64, scale: 1e-6, geometry: oblique },
    { slices: 6, matrix: 33, scale: 40, geometry: oblique },
  ];
  test.each(scenes)(
    'have the statistics of the bundle: $slices slices, values about $scale',
    async (made) => {
      const { path, bytes } = await bundleFile(made);
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
    const { path } = await bundleFile({ slices: 6, matrix: 33, geometry: oblique });
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
    const { path } = await bundleFile(made);
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

    const { path: other } = await bundleFile({ ...made, matrix: 25 });
    await openFile(page, other);
    await page.getByRole('tab', { name: 'Measure' }).click();
    await page.locator('input[type=file]').last().setInputFiles(drawing);
    await expect.poll(() => page.getByRole('alert').textContent()).toContain('MRO_BUNDLE_GEOMETRY');
    await noFaults(visitor);
  });
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
