import { createHash } from 'node:crypto';
import { copyFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { endpoints } from '@mroptimum/contract';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser, visit } from './browser.ts';
import { signIn, simulate, startWebPlatform, type WebPlatform } from './platform.ts';

let platform: WebPlatform;
let browser: Browser;
let small: string;
let large: string;
beforeAll(async () => {
  [platform, browser] = await Promise.all([startWebPlatform(), launchBrowser()]);
  const { at } = platform.folder;
  small = await simulate(at('small'));
  // Three parts of 10 MiB.
  large = await simulate(at('large'), '--coils', '8', '--matrix', '192,192', '--slices', '11');
});
afterAll(async () => {
  await browser.close();
  await platform.end();
});

const visitor = () => visit(browser, platform.origin);
const choose = (page: Page, ...files: string[]) => page.getByTestId('upload-input').setInputFiles(files);
const inLibrary = (page: Page, name: string) => page.getByRole('cell', { name, exact: true });

describe('an upload', () => {
  test('that a reload interrupts goes on with the same file, and sends only what is missing', async () => {
    const person = await platform.person('uploads');
    const someone = await visitor();
    const { page } = someone;
    await signIn(page, person);
    let passed = 0;
    // The second part and those after it never arrive.
    await page.route('**/objects/**', async (route) => {
      if (route.request().method() !== 'PUT') return route.continue();
      passed += 1;
      if (passed === 1) await route.continue();
    });
    const arrived = page.waitForResponse((response) => response.request().method() === 'PUT');
    await choose(page, large);
    await arrived;
    await page.getByText(/^Sending/).waitFor();
    await expect.poll(() => passed).toBe(3);
    // In this order: a request whose route goes is let through.
    await page.reload();
    await page.unrouteAll({ behavior: 'ignoreErrors' });

    await page.getByText(/Interrupted: choose the same file again/).waitFor();
    const again = page.getByTestId('again-signal.dat');
    await again.setInputFiles(small);
    await page.getByText('This is another file').waitFor();
    const puts: string[] = [];
    page.on('request', (request) => {
      if (request.method() === 'PUT') puts.push(request.url());
    });
    await again.setInputFiles(large);
    await inLibrary(page, 'signal.dat').waitFor({ timeout: 30_000 });
    expect(puts.length).toBe(2);

    const brain = await platform.brain(person);
    const { items } = await brain.call(endpoints.files);
    expect(items).toMatchObject([
      { size: statSync(large).size, sha256: createHash('sha256').update(readFileSync(large)).digest('hex') },
    ]);
    await page.reload();
    await inLibrary(page, 'signal.dat').waitFor();
    expect(await page.getByText('Interrupted').count()).toBe(0);
    expect(someone.faults()).toEqual([]);
  });

  test('waits while the server is away, and goes on by itself', async () => {
    const person = await platform.person('restart');
    const someone = await visitor();
    const { page } = someone;
    await signIn(page, person);
    await page.route('**/objects/**', (route) =>
      new Promise((resolve) => setTimeout(resolve, 800)).then(() => route.continue()),
    );
    await choose(page, large);
    await page.getByText(/^Sending/).waitFor();
    someone.expectFault(/ERR_CONNECTION|ERR_EMPTY_RESPONSE|ERR_SOCKET/);
    await platform.restart();
    await inLibrary(page, 'signal.dat').waitFor({ timeout: 60_000 });
    expect(someone.faults()).toEqual([]);
  });

  test('is sent although the script that hashes cannot be had', async () => {
    const person = await platform.person('unhashed');
    const someone = await visitor();
    const { page } = someone;
    await signIn(page, person);
    someone.expectFault(/ERR_FAILED/);
    await page.route('**/hash.worker*', (route) => route.abort());
    await choose(page, large);
    await inLibrary(page, 'signal.dat').waitFor({ timeout: 60_000 });
    expect(someone.faults()).toEqual([]);
  });

  test('is paused, goes on, and is cancelled', async () => {
    const person = await platform.person('pauses');
    const someone = await visitor();
    const { page } = someone;
    await signIn(page, person);
    await page.route('**/objects/**', (route) =>
      new Promise((resolve) => setTimeout(resolve, 1500)).then(() => route.continue().catch(() => {})),
    );
    await choose(page, large);
    await page.getByRole('button', { name: 'Pause signal.dat' }).click();
    await page.getByText(/^Paused/).waitFor();
    await page.getByRole('button', { name: 'Resume signal.dat' }).click();
    await page.getByText(/^Sending/).waitFor();
    await page.getByRole('button', { name: 'Cancel signal.dat' }).click();
    await page.getByRole('heading', { name: 'Uploads' }).waitFor({ state: 'detached' });
    const brain = await platform.brain(person);
    await expect
      .poll(async () => (await brain.call(endpoints.profile)).usage.storageBytes, { timeout: 10_000 })
      .toBe(0);
    expect(someone.faults()).toEqual([]);
  });

  test('of several files: a good one, a bad one and an empty one are told apart, in words', async () => {
    const { at } = platform.folder;
    const person = await platform.person('several');
    const someone = await visitor();
    const { page } = someone;
    await signIn(page, person);
    writeFileSync(at('notes.dat'), 'This is no raw data.'.repeat(100));
    writeFileSync(at('empty.dat'), '');
    copyFileSync(small, at('brain scan.dat'));
    someone.expectFault(/415/);
    await choose(page, at('brain scan.dat'), at('notes.dat'), at('empty.dat'));
    await page.getByText('empty.dat is empty.').waitFor();
    await page.getByText('none of the formats that are understood').first().waitFor();
    await inLibrary(page, 'brain scan.dat').waitFor();
    // The simulated patient has a name, which the server reports and nobody sees.
    await page.getByText('In the library, with a remark').waitFor();
    await page
      .getByText(/identif/)
      .first()
      .waitFor();
    expect(someone.faults()).toEqual([]);
  });
});

describe('the library', () => {
  test('is searched, sorted, renamed with extensions, downloaded and emptied', async () => {
    const { at } = platform.folder;
    const person = await platform.person('librarian');
    const someone = await visitor();
    const { page } = someone;
    await signIn(page, person);
    const [one, two] = ['knee 3T.dat', 'head.dat'];
    copyFileSync(small, at(one));
    copyFileSync(small, at(two));
    await choose(page, at(one), at(two));
    for (const name of [one, two]) await inLibrary(page, name).waitFor();
    await page.getByRole('cell', { name: '48 × 48 × 1' }).first().waitFor();

    const names = async () =>
      (await page.locator('tbody tr td:nth-child(2)').allTextContents()).map((text) => text.split('.dat')[0]);
    await page.getByRole('button', { name: 'Sort by name' }).click();
    expect(await names()).toEqual(['head', 'knee 3T']);
    await page.getByRole('button', { name: 'Sort by name' }).click();
    expect(await names()).toEqual(['knee 3T', 'head']);
    await page.getByLabel('Search the library').fill('twix knee');
    expect(await names()).toEqual(['knee 3T']);

    await page.getByRole('button', { name: 'Actions for knee 3T.dat' }).click();
    await page.getByRole('menuitem', { name: 'Rename' }).click();
    const name = page.getByLabel('New name');
    await name.fill('knee');
    await page.getByText('The extension is missing: add .dat').waitFor();
    expect(await page.getByRole('button', { name: 'Rename' }).isDisabled()).toBe(true);
    await name.fill('knee.raw');
    await page.getByText('The extension changes from .dat to .raw').waitFor();
    await name.fill('knee left.dat');
    await name.press('Enter');
    await inLibrary(page, 'knee left.dat').waitFor();

    const [download] = await Promise.all([
      page.waitForEvent('download'),
      (async () => {
        await page.getByRole('button', { name: 'Actions for knee left.dat' }).click();
        await page.getByRole('menuitem', { name: 'Download' }).click();
      })(),
    ]);
    expect(download.suggestedFilename()).toBe('knee left.dat');
    expect(statSync(await download.path()).size).toBe(statSync(small).size);

    await page.getByLabel('Search the library').fill('');
    await page.getByLabel('Select all files shown').check();
    await page.getByText('2 selected').waitFor();
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('Your library is empty').waitFor();
    expect(someone.faults()).toEqual([]);
  });

  test('of two people in one browser is never seen by the other', async () => {
    const [ada, ben] = [await platform.person('ada'), await platform.person('ben')];
    const shared = await visitor();
    const { page } = shared;
    await signIn(page, ada);
    await page.route('**/objects/**', async (route) => {
      if (route.request().method() !== 'PUT') await route.continue();
    });
    await choose(page, large);
    await page.getByText(/^Sending/).waitFor();
    await page.getByRole('button', { name: 'Account' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.waitForURL(/\/login/);
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await signIn(page, ben);
    await page.getByText('Your library is empty').waitFor();
    expect(await page.getByText('signal.dat').count()).toBe(0);
    await page.getByRole('button', { name: 'Account' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await signIn(page, ada);
    await page.getByText(/Interrupted: choose the same file again/).waitFor();
    expect(shared.faults()).toEqual([]);
  });
});
