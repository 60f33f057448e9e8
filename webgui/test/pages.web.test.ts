import { join } from 'node:path';
import { endpoints } from '@mroptimum/contract';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { violations } from './axe.ts';
import { launchBrowser, visit } from './browser.ts';
import { furnish } from './furnish.ts';
import { firstLoad, signIn, startWebPlatform, type WebPlatform } from './platform.ts';

let platform: WebPlatform;
let browser: Browser;
/** Address of a finished job. */
let done = '';
beforeAll(async () => {
  [platform, browser] = await Promise.all([startWebPlatform(), launchBrowser()]);
  await furnish(platform);
  const brain = await platform.brain();
  const { jobs } = await brain.call(endpoints.jobs);
  done = jobs.find(({ status }) => status === 'completed')!.id;
});
afterAll(async () => {
  await browser.close();
  await platform.end();
});

const visitor = (options = {}) => visit(browser, platform.origin, options);

const anonymous = ['/login', '/register', '/forgot', '/about', '/shortcuts', '/nowhere'];
const own = [
  '/',
  '/jobs',
  '/jobs?job=DONE',
  '/settings',
  '/settings?tab=account',
  '/settings?tab=tokens',
  '/admin',
];

describe.each(['light', 'dark'] as const)('in the %s theme', (scheme) => {
  test.each([1280, 390])('no page violates accessibility at %d pixels', async (width) => {
    const guest = await visitor({ scheme, width });
    const someone = await visitor({ scheme, width });
    await signIn(someone.page, platform.administrator);
    const found: string[] = [];
    for (const path of [...anonymous, ...own]) {
      const { page } = anonymous.includes(path) ? guest : someone;
      await page.goto(path.replace('DONE', done));
      await page.getByRole('heading').first().waitFor();
      await page.waitForLoadState('networkidle');
      for (const violation of await violations(page)) found.push(`${path}: ${violation}`);
    }
    expect(found).toEqual([]);
    expect([...guest.faults(), ...someone.faults()]).toEqual([]);
  });

  test('dialogues do not either', async () => {
    const someone = await visitor({ scheme });
    const { page } = someone;
    await signIn(page, platform.administrator);
    const found: string[] = [];
    const look = async (name: string) => {
      await page.getByRole('dialog').waitFor();
      for (const violation of await violations(page)) found.push(`${name}: ${violation}`);
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    };
    for (const entry of ['A workstation of the lab', 'My own AWS account']) {
      await page.getByRole('button', { name: 'Add', exact: true }).click();
      await page.getByRole('menuitem', { name: entry }).click();
      await look(entry);
    }
    await page.getByRole('button', { name: 'Actions for This server' }).click();
    await page.getByRole('menuitem', { name: 'Check its health' }).click();
    await page.getByText('All is well.').waitFor();
    await look('health');
    await page.getByRole('button', { name: 'Actions for signal.dat' }).click();
    await page.getByRole('menuitem', { name: 'Rename' }).click();
    await look('rename');
    await page.goto('/settings?tab=tokens');
    await page.getByRole('button', { name: 'Make a token' }).click();
    await look('token');
    await page.goto('/admin');
    await page.getByRole('button', { name: 'Actions for admin@mroptimum.local' }).click();
    await page.getByRole('menuitem', { name: 'Quota' }).click();
    await look('quota');
    expect(found).toEqual([]);
    expect(someone.faults()).toEqual([]);
  });
});

describe('by keyboard alone', () => {
  test('one signs in, goes to every page, searches, and signs out', async () => {
    const someone = await visitor();
    const { page } = someone;
    await page.goto('/login');
    await page.getByLabel('E-mail').waitFor();
    await page.keyboard.type(platform.administrator.email);
    await page.keyboard.press('Tab');
    await page.keyboard.type(platform.administrator.password);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Library' }).waitFor();
    for (const [typed, heading] of [
      ['jobs', 'Jobs'],
      ['sett', 'Settings'],
      ['admin', 'Administration'],
      ['about', 'About'],
      ['home', 'Home'],
    ] as const) {
      await page.keyboard.press('Control+k');
      await page.getByRole('textbox', { name: 'Page' }).waitFor();
      await page.keyboard.type(typed);
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: heading, level: 1 }).waitFor();
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    }
    await page.keyboard.press('/');
    await page.keyboard.type('nothing of that name');
    await page.getByText('No file matches').waitFor();
    await page.getByRole('button', { name: 'Account' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: 'Sign out' }).focus();
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/login/);
    expect(someone.faults()).toEqual([]);
  });

  test('the content is reached past the links at once', async () => {
    const someone = await visitor();
    const { page } = someone;
    await page.goto('/about');
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('content');
    expect(someone.faults()).toEqual([]);
  });
});

test('what one prefers is kept, and is how maps and new jobs begin', async () => {
  const someone = await visitor();
  const { page } = someone;
  await signIn(page, platform.administrator);
  await page.goto('/settings');
  await page.getByRole('combobox', { name: 'Colour map of maps' }).click();
  await page.getByRole('option', { name: 'Inferno' }).click();
  await page.getByRole('combobox', { name: 'Computing unit for new jobs' }).click();
  await page.getByRole('option', { name: 'This server' }).click();
  await page.getByText('Voxels', { exact: true }).click();
  await page.getByText('Dark', { exact: true }).click();
  await page.reload();
  expect(await page.getAttribute('html', 'data-mantine-color-scheme')).toBe('dark');
  await page.goto(`/jobs/${done}`);
  await page.getByTestId('cursor-voxel').waitFor();
  expect(await page.getByTestId('cursor-mm').isVisible()).toBe(false);
  expect(await page.getByLabel('Colours', { exact: true }).first().inputValue()).toBe('Inferno');
  await page.goto('/setup');
  const unit = page.locator('select').filter({ has: page.getByRole('option', { name: 'This server' }) });
  await expect.poll(() => unit.inputValue()).toMatch(/^unit /);
  expect(someone.faults()).toEqual([]);
});

describe('the first load', () => {
  test('is at most 300 kB compressed', () => {
    expect(firstLoad(join(import.meta.dirname, '../../cli/dist/web'))).toBeLessThan(300_000);
  });

  test('of the library is too, and asks nobody but the server', async () => {
    const someone = await visitor();
    const { page } = someone;
    await signIn(page, platform.administrator);
    await page.getByRole('heading', { name: 'Library' }).waitFor();
    const fresh = await someone.context.newPage();
    const session = await someone.context.newCDPSession(fresh);
    await session.send('Network.enable');
    await session.send('Network.setCacheDisabled', { cacheDisabled: true });
    let bytes = 0;
    const urls: string[] = [];
    session.on('Network.responseReceived', ({ response }) => urls.push(response.url));
    session.on('Network.loadingFinished', ({ encodedDataLength }) => {
      bytes += encodedDataLength;
    });
    await fresh.goto('/');
    await fresh.getByRole('heading', { name: 'Library' }).waitFor();
    await fresh.waitForLoadState('networkidle');
    expect(urls.filter((url) => !url.startsWith(platform.origin) && !url.startsWith('data:'))).toEqual([]);
    expect(bytes).toBeLessThan(330_000);
    expect(bytes).toBeGreaterThan(100_000);
  });
});
