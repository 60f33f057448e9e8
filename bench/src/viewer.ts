import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BundleMap, memoryZipSink, writeBundle } from '@mroptimum/bundle';
import { type Geometry, resultMaps } from '@mroptimum/contract';
import type { Page } from 'playwright-core';
import { launchChromium, startServer } from './pages.ts';
import { atLeast, atMost, median, type Row } from './table.ts';

const slices = 40;
const matrix = 256;
const opens = 7;
const frames = 300;

const geometry: Geometry = {
  origin: [-120, -120, -80],
  spacing: [0.94, 0.94, 4],
  direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
};

/** The pages of maps in a browser without a graphics card: from the choice of a file to its picture, and scrolling. */
export async function viewerRows(): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'mroptimum-bench-'));
  const bundle = join(folder, 'result.zip');
  await writeFile(bundle, await resultBundle());
  const server = startServer(join(folder, 'data'));
  const browser = await launchChromium();
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    const address = `${await server.address}/open`;
    const times: number[] = [];
    for (let i = 0; i < opens; i++) times.push(await openingMs(page, address, bundle));
    const { perSecond, workMs } = await scrolling(page);
    const ms = median(times);
    return [
      {
        what: `viewer: ${slices} slices of ${matrix} × ${matrix}, from the choice of the bundle to the picture`,
        ours: ms / 1000,
        unit: 's',
        target: atMost(1.5, ms / 1000, ' s'),
      },
      {
        what: 'viewer: scrolling through slices, one a frame (60 at most)',
        ours: perSecond,
        unit: 'frames/s',
        target: atLeast(50, perSecond, ' frames/s'),
      },
      {
        what: 'viewer: work of the page for each slice',
        ours: workMs,
        unit: 'ms',
        target: atMost(1000 / 50, workMs, ' ms'),
      },
    ];
  } finally {
    await browser.close();
    await server.end();
    await rm(folder, { recursive: true, force: true });
  }
}

/** SNR with its interval and a complex image, as pseudo replicas give them. */
async function resultBundle(): Promise<Uint8Array> {
  const shape = [slices, matrix, matrix];
  const snr = Float32Array.from({ length: slices * matrix * matrix }, (_, i) => {
    const [x, y] = [(i % matrix) / matrix - 0.5, (Math.floor(i / matrix) % matrix) / matrix - 0.5];
    return 30 + 20 * Math.sin(12 * x) * Math.cos(9 * y) + ((i * 7919) % 97) / 50;
  });
  const image = Float32Array.from(
    { length: 2 * snr.length },
    (_, i) => snr[i >> 1]! * (i % 2 === 0 ? 0.8 : 0.6),
  );
  const real = (data: Float32Array) => ({ shape, data, complex: false, geometry });
  const maps: BundleMap[] = [
    { map: resultMaps.snr, volume: real(snr) },
    { map: resultMaps.reconstruction, volume: { shape, data: image, complex: true, geometry } },
    { map: resultMaps.snrLower, volume: real(snr.map((value) => 0.9 * value)) },
    { map: resultMaps.snrUpper, volume: real(snr.map((value) => 1.1 * value)) },
  ];
  const info = { options: {}, log: [], calculationTime: 1, summary: { slices } };
  return (await writeBundle(memoryZipSink(), { maps, info })).result;
}

/** Milliseconds from the choice of a file to the first coloured pixel of its slice, by the clock of the page. */
async function openingMs(page: Page, address: string, bundle: string): Promise<number> {
  await page.goto(address);
  const input = page.locator('input[type=file]');
  await input.evaluate((element) => {
    element.addEventListener('change', () => {
      const begin = performance.now();
      const look = (): void => {
        const canvas = document.querySelector<HTMLCanvasElement>('canvas[data-testid^=slice-]');
        const at = [((canvas?.width ?? 0) * 2) / 5, ((canvas?.height ?? 0) * 2) / 5] as const;
        const pixel = canvas?.getContext('2d')?.getImageData(at[0], at[1], 1, 1).data;
        if (pixel && pixel[0]! + pixel[1]! + pixel[2]! > 0) {
          document.body.dataset.opened = String(performance.now() - begin);
        } else requestAnimationFrame(look);
      };
      look();
    });
  });
  await input.setInputFiles(bundle);
  const body = page.locator('body[data-opened]');
  await body.waitFor();
  return Number(await body.getAttribute('data-opened'));
}

/**
 * Turns the wheel once per frame, up and down through all slices. `workMs` is what the page itself does for a slice:
 * scripts, styles and layout, without the putting together of the picture by the browser.
 */
async function scrolling(page: Page): Promise<{ perSecond: number; workMs: number }> {
  const protocol = await page.context().newCDPSession(page);
  await protocol.send('Performance.enable');
  const work = async (): Promise<number> => {
    const { metrics } = await protocol.send('Performance.getMetrics');
    const parts = ['ScriptDuration', 'LayoutDuration', 'RecalcStyleDuration'];
    return metrics.filter(({ name }) => parts.includes(name)).reduce((sum, { value }) => sum + value, 0);
  };
  const before = await work();
  const perSecond = await page.evaluate(
    async ({ count, through }) => {
      const canvas = document.querySelector('canvas[data-testid^=slice-]')!;
      const begin = performance.now();
      for (let i = 0; i < count; i++) {
        const up = Math.floor(i / (through - 1)) % 2 === 0;
        canvas.dispatchEvent(new WheelEvent('wheel', { deltaY: up ? 100 : -100, cancelable: true }));
        await new Promise((resolve) => requestAnimationFrame(resolve));
      }
      return (1000 * count) / (performance.now() - begin);
    },
    { count: frames, through: slices },
  );
  return { perSecond, workMs: (1000 * ((await work()) - before)) / frames };
}
