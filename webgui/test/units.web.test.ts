import { endpoints } from '@mroptimum/contract';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestUnit } from '../../cli/test/platform/harness.ts';
import { launchBrowser, visit } from './browser.ts';
import { signIn, startWebPlatform, type WebPlatform } from './platform.ts';

let platform: WebPlatform;
let browser: Browser;
beforeAll(async () => {
  [platform, browser] = await Promise.all([startWebPlatform(['--no-unit']), launchBrowser()]);
});
afterAll(async () => {
  await browser.close();
  await platform.end();
});

test('a workstation is added by one line, which the page sees arrive', async () => {
  const person = await platform.person('lab');
  const someone = await visit(browser, platform.origin);
  const { page } = someone;
  await signIn(page, person);
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByRole('menuitem', { name: 'A workstation of the lab' }).click();
  await page.getByLabel(/^Name of the machine/).fill('Big machine');
  await page.getByRole('button', { name: 'Get the line to paste' }).click();
  const line = (await page.locator('code', { hasText: 'MRO_TOKEN=' }).textContent())!;
  await page.getByText('Waiting for the machine to report').waitFor();
  const [, token, args] = /^MRO_TOKEN=(\S+) mroptimum unit (.*)$/.exec(line)!;
  const unit = startTestUnit({ MRO_TOKEN: token! }, ...args!.split(' '), '--threads', '1');
  try {
    await page.getByText('The machine is here and takes jobs.').waitFor({ timeout: 30_000 });
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByText(/lab · 1 thread, .* seen just now/).waitFor();
    await page.getByRole('button', { name: 'Actions for Big machine' }).click();
    await page.getByRole('menuitem', { name: 'Check its health' }).click();
    await page.getByText('All is well.').waitFor();
    await page.keyboard.press('Escape');
  } finally {
    await unit.end();
  }
  await page.getByRole('button', { name: 'Actions for Big machine' }).click();
  await page.getByRole('menuitem', { name: 'Remove' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await page.getByText('No computing unit yet').waitFor();
  expect(someone.faults()).toEqual([]);
});

test('one’s own account gets an external id, shown once, and the page sees its registration', async () => {
  const person = await platform.person('cloud');
  const someone = await visit(browser, platform.origin);
  const { page } = someone;
  await signIn(page, person);
  const open = async () => {
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('menuitem', { name: 'My own AWS account' }).click();
    await page.getByLabel(/^AWS account id/).fill('123456789012');
    await page.getByRole('button', { name: 'Go on' }).click();
  };
  await open();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('External id', { exact: true }).waitFor();
  const secrets = await dialog.locator('code').allTextContents();
  expect(secrets[0]!.length).toBeGreaterThan(40);
  await page.keyboard.press('Escape');
  await open();
  await dialog.getByText('This account is registered already').waitFor();
  for (const secret of secrets.slice(0, 2)) expect(await page.content()).not.toContain(secret);
  await dialog.getByRole('button', { name: 'Get the lines to paste' }).click();
  await dialog
    .getByText(/^MROPTIMUM_TOKEN=mro_\S+ MROPTIMUM_BRAIN_URL=http\S+ .*deploy-mode2\.sh$/)
    .waitFor();
  await dialog.getByRole('button', { name: 'The stack is complete' }).click();
  await dialog.getByText(/Waiting for the registration/).waitFor();

  // What the deployment script sends at its end.
  const brain = await platform.brain(person);
  const [account, region] = ['123456789012', 'us-east-1'];
  await brain.call(endpoints.registerUnit, {
    body: {
      mode: 'mode2',
      provider: 'aws',
      awsAccountId: account,
      region,
      stateMachineArn: `arn:aws:states:${region}:${account}:stateMachine:mroptimum`,
      crossAccountRoleArn: `arn:aws:iam::${account}:role/mroptimum`,
      dataBucket: 'lab-data',
      resultsBucket: 'lab-results',
      failedBucket: 'lab-failed',
    },
  });
  await dialog.getByText('Registered.').waitFor({ timeout: 20_000 });
  await dialog.getByRole('button', { name: 'Check its health' }).click();
  // This server has no cloud behind it, and says so.
  await dialog.getByText('Something is wrong.').waitFor();
  expect(someone.faults()).toEqual([]);
});
