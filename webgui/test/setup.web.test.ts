import { methodNames, reconstructionNames } from '@mroptimum/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SnrOptions } from '../../cli/src/task.ts';
import { methods, reconstructions } from '../src/strings/setup.ts';
import type { Visitor } from './browser.ts';
import { commandLineJob, comparable } from './commandLine.ts';
import {
  choose,
  finished,
  numberField,
  queue,
  type SetupLab,
  shownRequest,
  startSetupLab,
} from './setupLab.ts';

let lab: SetupLab;
let visitor: Visitor;
beforeAll(async () => {
  lab = await startSetupLab();
  visitor = await lab.open();
});
afterAll(async () => {
  expect(visitor.faults()).toEqual([]);
  await lab.end();
});

/** Everything on the page that this method and this reconstruction show, as the command line says it. */
const options = (
  method: (typeof methodNames)[number],
  recon: (typeof reconstructionNames)[number],
): Partial<SnrOptions> => ({
  method,
  recon,
  noise: 'noise.dat',
  matlab: true,
  ...((method === 'pmr' || method === 'cr') && { replicas: 4, seed: 11 }),
  ...((method === 'cr' || method === 'di') && { box: 3 }),
  ...((recon === 'sense' || recon === 'grappa') && {
    decimate: true,
    accelerations: [1, 2],
    acl: [null, 24],
    gfactor: true,
  }),
  ...(recon === 'grappa' && { kernel: [4, 3] }),
  ...((recon === 'b1' || recon === 'sense') && { coils: true }),
  mask: 'percentage:5',
});

describe.each(methodNames)('%s', (method) => {
  test.each(reconstructionNames)(
    '× %s by clicking: completed, and the task of the command line',
    async (recon) => {
      const { page } = visitor;
      const wanted = options(method, recon);
      await page.getByRole('button', { name: 'Reset', exact: true }).click();
      await choose(page, 'Signal', 'signal.dat');
      await choose(page, 'Noise', 'noise.dat');
      await page.getByRole('radio', { name: methods[method].name, exact: true }).check();
      await page.getByRole('radio', { name: reconstructions[recon].name }).check();
      if (wanted.replicas) await numberField(page, 'Replicas').fill(String(wanted.replicas));
      if (wanted.seed) await numberField(page, 'Seed').fill(String(wanted.seed));
      if (wanted.box) await numberField(page, 'Box half-width, pixels').fill(String(wanted.box));
      if (wanted.decimate) {
        await page.getByLabel('Undersample complete data (decimate)').check();
        await page.getByLabel('All lines along phase').uncheck();
      }
      if (wanted.kernel) {
        await numberField(page, 'Kernel along readout').fill('4');
        await numberField(page, 'Kernel along phase').fill('3');
      }
      await page.getByLabel('Which pixels are object').selectOption('Percent of the maximum');
      await numberField(page, 'Percent of the maximum').fill('5');

      const shown = await shownRequest(page);
      const id = await queue(page);
      const { status, error, job } = await finished(lab.brain, id);
      expect({ status, error }).toEqual({ status: 'completed', error: undefined });
      expect(comparable(job)).toEqual(commandLineJob('signal.dat', wanted));
      expect(shown).toMatchObject({ alias: `signal-${method}-${recon}`, output: job.output });
      expect(Object.keys(shown.task as object).sort()).toEqual(Object.keys(job.task).sort());
    },
  );
});
