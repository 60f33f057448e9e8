import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { endpoints } from '@mroptimum/contract';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser, type Visitor, visit } from './browser.ts';
import { signIn, simulate, startWebPlatform, type WebPlatform } from './platform.ts';

let platform: WebPlatform;
let browser: Browser;
let large: string;
beforeAll(async () => {
  [platform, browser] = await Promise.all([startWebPlatform(), launchBrowser()]);
  // Three parts of 10 MiB.
  const size = ['--coils', '8', '--matrix', '192,192', '--slices', '11'];
  large = await simulate(platform.folder.at('large'), ...size);
});
afterAll(async () => {
  await browser.close();
  await platform.end();
});

/**
 * The dialogue that chooses files cannot be opened without a window. In its place stands one that gives a file of
 * the browser's own file system: its handles are real ones, kept in IndexedDB and read again like any other.
 */
async function pickerOf(visitor: Visitor): Promise<void> {
  await visitor.context.addInitScript(() => {
    const picker = async () => {
      const folder = await navigator.storage.getDirectory();
      return [await folder.getFileHandle('signal.dat')];
    };
    Object.assign(window, { showOpenFilePicker: picker });
  });
}

/** Writes a file of the browser's own file system. */
async function write(page: Page, path: string): Promise<void> {
  await page.route('**/content-for-the-test', (route) => route.fulfill({ path }));
  await page.evaluate(async () => {
    const response = await fetch('/content-for-the-test');
    const folder = await navigator.storage.getDirectory();
    const writable = await (await folder.getFileHandle('signal.dat', { create: true })).createWritable();
    await writable.write(await response.arrayBuffer());
    await writable.close();
  });
}

/** Chooses the file, of which only the first part arrives. */
async function interrupted(page: Page): Promise<void> {
  let passed = 0;
  await page.route('**/objects/**', async (route) => {
    if (route.request().method() !== 'PUT') return route.continue();
    passed += 1;
    if (passed === 1) await route.continue();
  });
  const arrived = page.waitForResponse((response) => response.request().method() === 'PUT');
  await page.getByRole('button', { name: 'Choose files' }).click();
  await arrived;
  await expect.poll(() => passed).toBe(3);
}

async function begun(name: string) {
  const person = await platform.person(name);
  const someone = await visit(browser, platform.origin);
  await pickerOf(someone);
  const { page } = someone;
  await signIn(page, person);
  await write(page, large);
  await interrupted(page);
  return { person, someone, page };
}

const parts = (page: Page): string[] => {
  const puts: string[] = [];
  page.on('request', (request) => {
    if (request.method() === 'PUT') puts.push(request.url());
  });
  return puts;
};
const inLibrary = (page: Page) => page.getByRole('cell', { name: 'signal.dat', exact: true });

describe('an upload whose file the browser remembers', () => {
  test('goes on by itself after a reload, and sends only what is missing', async () => {
    const { person, someone, page } = await begun('remembers');
    // In this order: a request whose route goes is let through.
    const puts = parts(page);
    const before = puts.length;
    await page.reload();
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await inLibrary(page).waitFor({ timeout: 30_000 });
    expect(puts.length - before).toBe(2);
    const { items } = await (await platform.brain(person)).call(endpoints.files);
    expect(items).toMatchObject([{ sha256: createHash('sha256').update(readFileSync(large)).digest('hex') }]);
    expect(someone.faults()).toEqual([]);
  });

  test('asks first where the browser wants that, and goes on by a click', async () => {
    const { someone, page } = await begun('asks');
    // A handle of a disk is 'prompt' after a reload, until somebody allows it.
    await page.addInitScript(() => {
      let allowed: PermissionState = 'prompt';
      Object.assign(FileSystemFileHandle.prototype, {
        queryPermission: async () => allowed,
        requestPermission: async () => {
          allowed = 'granted';
          return allowed;
        },
      });
    });
    await page.reload();
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await page.getByText(/Interrupted: allow the file to be read again/).waitFor();
    expect(await inLibrary(page).count()).toBe(0);
    await page.getByRole('button', { name: 'Resume signal.dat' }).click();
    await inLibrary(page).waitFor({ timeout: 30_000 });
    expect(someone.faults()).toEqual([]);
  });

  test('is never mixed with a file that was written anew meanwhile', async () => {
    const { someone, page } = await begun('anew');
    // The same bytes: only the time of the change tells.
    await page.waitForTimeout(1100);
    await write(page, large);
    await page.reload();
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await page.getByText(/Interrupted: choose the same file again/).waitFor();
    expect(await inLibrary(page).count()).toBe(0);
    expect(someone.faults()).toEqual([]);
  });
});
