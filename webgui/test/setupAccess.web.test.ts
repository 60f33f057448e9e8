import { afterAll, beforeAll, expect, test } from 'vitest';
import { violations } from './axe.ts';
import {
  choose,
  finished,
  jobsNamed,
  numberField,
  type SetupLab,
  shownRequest,
  startSetupLab,
} from './setupLab.ts';

let lab: SetupLab;
beforeAll(async () => {
  lab = await startSetupLab();
});
afterAll(() => lab.end());

test('everything by keyboard', async () => {
  const visitor = await lab.open();
  const { page } = visitor;
  const { keyboard } = page;
  /** Tab until something with this name has the focus. */
  const tabTo = async (name: RegExp): Promise<void> => {
    for (let i = 0; i < 80; i++) {
      await keyboard.press('Tab');
      const label = await page.evaluate(() => {
        const active = document.activeElement as HTMLInputElement | null;
        return (
          active?.getAttribute('aria-label') ?? active?.labels?.[0]?.textContent ?? active?.textContent ?? ''
        );
      });
      if (name.test(label)) return;
    }
    throw new Error(`Tab never reaches ${name}`);
  };
  await tabTo(/^Signal$/);
  await keyboard.type('signal');
  await keyboard.press('ArrowDown');
  await keyboard.press('Enter');
  await tabTo(/^Analytic$/);
  await keyboard.press('ArrowDown');
  await keyboard.press('ArrowDown');
  await tabTo(/^Replicas$/);
  await keyboard.press('Control+A');
  await keyboard.type('3');
  await tabTo(/^Root-sum-of-squares$/);
  await keyboard.press('ArrowDown');
  await keyboard.press('ArrowDown');
  await tabTo(/^Undersample complete data/);
  await keyboard.press('Space');
  await tabTo(/^Which pixels are object$/);
  await keyboard.press('ArrowDown');
  await keyboard.press('Control+Enter');
  await page.getByText('signal-pmr-sense was queued at').waitFor();
  const [job] = await jobsNamed(lab.brain, 'signal-pmr-sense');
  const done = await finished(lab.brain, job!.id);
  expect(done.status).toBe('completed');
  expect(done.job.task.options).toMatchObject({
    NR: 3,
    reconstructor: {
      options: { decimate: true, sensitivityMap: { options: { mask: { method: 'percentage' } } } },
    },
  });
  expect(visitor.faults()).toEqual([]);
  await visitor.context.close();
});

test.each(['light', 'dark'] as const)('nothing hinders anybody in the %s theme', async (scheme) => {
  for (const width of [1280, 390]) {
    const visitor = await lab.open({ scheme, width });
    const { page } = visitor;
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: /^Queue/ }).click();
    await choose(page, 'Signal', 'signal.dat');
    await choose(page, 'Noise', 'arraynoise.npy');
    await page.getByRole('radio', { name: 'Generalised pseudo-replica' }).check();
    await numberField(page, 'Replicas').fill('5000');
    await page.getByRole('radio', { name: 'SENSE' }).check();
    await page.getByLabel('Undersample complete data (decimate)').check();
    await page.getByLabel('All lines along phase').uncheck();
    await page.getByLabel('Where they come from').selectOption('espirit');
    await page.getByLabel('Which pixels are object').selectOption('percentage');
    await page.getByRole('button', { name: 'Vary a setting' }).click();
    await shownRequest(page);
    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    for (const name of ['Presets', 'Import']) {
      await page.getByRole('button', { name, exact: true }).click();
      await page.getByRole('dialog').waitFor();
      await page.waitForTimeout(300);
      expect(await violations(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
    }
    expect(visitor.faults()).toEqual([]);
    await visitor.context.close();
  }
});
