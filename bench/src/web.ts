import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { launchChromium, startServer } from './pages.ts';
import { atMost, median, type Row } from './table.ts';

const visits = 5;

/** The web pages: what a first visit loads, and how long until it can be used. */
export async function webRows(): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'mroptimum-bench-'));
  const server = startServer(join(folder, 'data'));
  const browser = await launchChromium();
  try {
    const compressed = (await firstLoadBytes()) / 1000;
    const seen = await firstVisits(browser, await server.address);
    return [
      {
        what: 'web: first load, scripts and styles, gzip',
        ours: compressed,
        unit: 'kB',
        target: atMost(300, compressed, ' kB'),
      },
      {
        what: 'web: first visit, everything on the line (brotli, headers, answers of the API)',
        ours: seen.bytes / 1000,
        unit: 'kB',
      },
      { what: 'web: first visit, from the address to the form of sign-in', ours: seen.ms, unit: 'ms' },
    ];
  } finally {
    await browser.close();
    await server.end();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Compressed bytes of everything that index.html names. */
async function firstLoadBytes(): Promise<number> {
  const web = fileURLToPath(new URL('../../cli/dist/web', import.meta.url));
  const html = await readFile(join(web, 'index.html'), 'utf8');
  const files = new Set(await readdir(web, { recursive: true }));
  let sum = 0;
  for (const [, path] of html.matchAll(/(?:src|href)="\/([^"]+)"/g)) {
    sum += (await stat(join(web, files.has(`${path}.gz`) ? `${path}.gz` : path!))).size;
  }
  return sum;
}

/** Medians over visits of browsers that were never there. */
async function firstVisits(browser: Browser, address: string): Promise<{ bytes: number; ms: number }> {
  const sizes: number[] = [];
  const times: number[] = [];
  for (let i = 0; i < visits; i++) {
    const context = await browser.newContext();
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    await session.send('Network.enable');
    let bytes = 0;
    session.on('Network.loadingFinished', ({ encodedDataLength }) => {
      bytes += encodedDataLength;
    });
    const begin = performance.now();
    await page.goto(`${address}/login`, { waitUntil: 'commit' });
    await page.getByLabel('E-mail').waitFor();
    times.push(performance.now() - begin);
    await page.waitForLoadState('networkidle');
    sizes.push(bytes);
    await context.close();
  }
  return { bytes: median(sizes), ms: median(times) };
}
