import { readdirSync, readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser, visit } from './browser.ts';
import { password, signIn, startWebPlatform, type WebPlatform } from './platform.ts';

let platform: WebPlatform;
let browser: Browser;
beforeAll(async () => {
  [platform, browser] = await Promise.all([startWebPlatform(), launchBrowser()]);
});
afterAll(async () => {
  await browser.close();
  await platform.end();
});

const visitor = () => visit(browser, platform.origin);

describe('an account', () => {
  test('is registered, waits, is approved by a click, signs in, and comes to the address it wanted', async () => {
    const guest = await visitor();
    const { page } = guest;
    await page.goto('/register');
    await page.getByLabel('First name').fill('Rosa');
    await page.getByLabel('Last name').fill('Bloch');
    await page.getByLabel('E-mail').fill('rosa@lab.example');
    await page.getByLabel('User name').fill('rosa');
    await page.getByLabel(/^Password/).fill('short');
    await expect.poll(() => page.getByText('Needs: at least 10 characters').isVisible()).toBe(true);
    await page.getByLabel(/^Password/).fill(password);
    await page.getByRole('button', { name: 'Register' }).click();
    await page.getByText('Your account waits for approval').waitFor();

    guest.expectFault(/403/);
    await page.goto('/jobs?search=phantom');
    await page.waitForURL(/\/login/);
    await page.getByLabel('E-mail').fill('rosa@lab.example');
    await page.getByLabel(/^Password/).fill(password);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByText('MRO_BRAIN_PENDING').waitFor();

    const admin = await visitor();
    await signIn(admin.page, platform.administrator);
    await admin.page.goto('/admin');
    await admin.page.getByRole('button', { name: 'Approve rosa@lab.example' }).click();
    await admin.page.getByRole('button', { name: 'Approve rosa@lab.example' }).waitFor({ state: 'detached' });

    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.waitForURL('**/jobs?search=phantom');
    await page.getByRole('heading', { name: 'Jobs', level: 1 }).waitFor();
    expect([...guest.faults(), ...admin.faults()]).toEqual([]);
  });

  test('gets a new password by a code', async () => {
    const person = await platform.person('felix');
    const guest = await visitor();
    const { page } = guest;
    await page.goto('/forgot');
    await page.getByLabel('E-mail').fill(person.email);
    await page.getByRole('button', { name: 'Send a code' }).click();
    await page.getByText('a code is on its way').waitFor();
    const mails = platform.folder.at('data/mail');
    const code = readdirSync(mails)
      .map((name) => /code is (\d{8})/.exec(readFileSync(`${mails}/${name}`, 'utf8'))?.[1])
      .find(Boolean)!;
    await page.getByLabel('Code', { exact: false }).fill(code);
    await page.getByLabel(/^New password/).fill('Purcell-1946!');
    await page.getByRole('button', { name: 'Set the password' }).click();
    await page.getByText('The password was changed').waitFor();
    await signIn(page, { ...person, password: 'Purcell-1946!' });
    await page.getByRole('heading', { name: 'Library' }).waitFor();
    expect(guest.faults()).toEqual([]);
  });
});

describe('a session', () => {
  /** Makes the access token of the profile look old, so that the next request renews it. */
  const expire = () => {
    const held = JSON.parse(localStorage.getItem('mroptimum-session')!);
    localStorage.setItem('mroptimum-session', JSON.stringify({ ...held, expiresAt: 0 }));
  };

  test('outlives reloads, and two tabs that renew their tokens at once', async () => {
    const person = await platform.person('tabs');
    const someone = await visitor();
    await signIn(someone.page, person);
    const other = await someone.tab();
    await other.goto('/jobs');
    for (let round = 0; round < 5; round += 1) {
      // Reloads come while renewals are under way: their answers are lost, and asked for again.
      await someone.page.evaluate(expire);
      await Promise.all([someone.page.reload(), other.reload()]);
      await Promise.all([
        someone.page.getByRole('heading', { name: 'Library' }).waitFor(),
        other.getByText('No jobs yet').waitFor(),
      ]);
    }
    expect(someone.faults()).toEqual([]);
  });

  test('ends in every browser at once, and open pages ask for the sign-in', async () => {
    const person = await platform.person('everywhere');
    const [one, two] = [await visitor(), await visitor()];
    await signIn(one.page, person);
    await signIn(two.page, person);
    await two.page.goto('/jobs');
    await two.page.getByText('No jobs yet').waitFor();
    await one.page.goto('/settings?tab=account');
    await one.page.getByRole('button', { name: 'Sign out everywhere' }).click();
    await one.page.waitForURL(/\/login/);
    two.expectFault(/401/);
    await two.page.waitForURL(/\/login\?next=/, { timeout: 30_000 });
    expect([...one.faults(), ...two.faults()]).toEqual([]);
  });

  test('goes on when the password changes, here alone', async () => {
    const person = await platform.person('changes');
    const someone = await visitor();
    const { page } = someone;
    await signIn(page, person);
    await page.goto('/settings?tab=account');
    await page.getByLabel(/^Current password/).fill(person.password);
    await page.getByLabel(/^New password/).fill('Damadian-1971!');
    await page.getByRole('button', { name: 'Change the password' }).click();
    await page.getByText('The password was changed; other devices').waitFor();
    await page.reload();
    await page.getByText(person.email).waitFor();
    expect(someone.faults()).toEqual([]);
  });
});

test('a token is made, shown once, works, and is revoked', async () => {
  const person = await platform.person('token');
  const someone = await visitor();
  const { page } = someone;
  await signIn(page, person);
  await page.goto('/settings?tab=tokens');
  await page.getByRole('button', { name: 'Make a token' }).click();
  await page.getByLabel(/^Name/).fill('Script');
  await page.getByRole('dialog').getByRole('button', { name: 'Make a token' }).click();
  const token = await page.locator('code', { hasText: 'mro_' }).textContent();
  const read = () => fetch(`${platform.origin}/api/data`, { headers: { authorization: `Bearer ${token}` } });
  expect((await read()).status).toBe(200);
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();
  await page.reload();
  await page.getByRole('cell', { name: 'Script', exact: true }).waitFor();
  expect(await page.content()).not.toContain(token);
  await page.getByRole('button', { name: 'Revoke Script' }).click();
  await page.getByRole('button', { name: 'Revoke', exact: true }).click();
  await page.getByText('No tokens.').waitFor();
  expect((await read()).status).toBe(401);
  expect(someone.faults()).toEqual([]);
});
