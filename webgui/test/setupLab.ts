import { copyFileSync } from 'node:fs';
import { type Brain, endpoints, parseJob } from '@mroptimum/contract';
import type { Browser, Locator, Page } from 'playwright-core';
import { eventually, mroptimum } from '../../cli/test/platform/harness.ts';
import { launchBrowser, type Visitor, type VisitorOptions, visit } from './browser.ts';
import { type Person, signIn, simulate, startWebPlatform, type WebPlatform } from './platform.ts';

/** A server with a worker, an account with files, and a browser for the tests of setting up. */
export interface SetupLab {
  readonly platform: WebPlatform;
  readonly browser: Browser;
  readonly person: Person;
  readonly brain: Brain;
  /** Opens the page to set up, signed in. */
  open(options?: VisitorOptions & { readonly as?: Person; readonly path?: string }): Promise<Visitor>;
  /** Puts files of this machine into the account's library. */
  put(...paths: string[]): Promise<void>;
  end(): Promise<void>;
}

/**
 * Files of the library: signal.dat (three repetitions, noise scan inside), noise.dat, maps.npy (s c y x),
 * mask.npy (s y x), array.npy with its arraynoise.npy.
 */
export async function startSetupLab(): Promise<SetupLab> {
  const platform = await startWebPlatform();
  const browser = await launchBrowser();
  const person = await platform.person('ada');
  const brain = await platform.brain(person);
  const { at } = platform.folder;
  const { token } = await brain.call(endpoints.createToken, {
    body: { name: 'files', scopes: ['data:read', 'data:write'] },
  });
  const env = { MRO_SERVER: platform.origin, MRO_TOKEN: token, MRO_CONFIG: at('config') };
  async function put(...paths: string[]): Promise<void> {
    for (const path of paths) {
      const { code, err } = await mroptimum(env, 'data', 'put', path);
      if (code !== 0) throw new Error(`${path}: ${err}`);
    }
  }
  const signal = await simulate(at('twix'), '--repetitions', '3', '--slices', '2');
  const array = at('array');
  await mroptimum({}, 'simulate', '--coils', '4', '--matrix', '48,48', '--out', array);
  copyFileSync(signal, at('noise.dat'));
  copyFileSync(at('twix', 'truth', 'sensitivities.npy'), at('maps.npy'));
  copyFileSync(at('twix', 'truth', 'snr.npy'), at('mask.npy'));
  copyFileSync(at('array', 'signal.npy'), at('array.npy'));
  copyFileSync(at('array', 'noise.npy'), at('arraynoise.npy'));
  await put(
    signal,
    ...['noise.dat', 'maps.npy', 'mask.npy', 'array.npy', 'arraynoise.npy'].map((n) => at(n)),
  );

  return {
    platform,
    browser,
    person,
    brain,
    put,
    async open({ as = person, path = '/setup', ...options } = {}) {
      const visitor = await visit(browser, platform.origin, { height: 1000, ...options });
      await signIn(visitor.page, as, `/login?next=${encodeURIComponent(path)}`);
      await visitor.page.getByRole('button', { name: /^Queue/ }).waitFor();
      return visitor;
    },
    async end() {
      await browser.close();
      await platform.end();
    },
  };
}

/** Chooses a file of the library by its name. */
export async function choose(page: Page, field: string, filename: string): Promise<void> {
  await page.getByRole('combobox', { name: field, exact: true }).click();
  await page.getByRole('option', { name: filename }).click();
}

/** The request as the page shows it. */
export async function shownRequest(page: Page): Promise<Record<string, unknown>> {
  const view = page.getByTestId('request');
  if (!(await view.isVisible())) await page.getByRole('button', { name: 'Request as JSON' }).click();
  await view.waitFor();
  return JSON.parse((await view.textContent()) ?? '') as Record<string, unknown>;
}

/** Queues what is set up; gives the id of the job that the server took. */
export async function queue(page: Page): Promise<string> {
  await page.getByRole('button', { name: /^Queue/ }).click();
  const goOn = page.getByRole('button', { name: 'Queue as it is' });
  const link = page.getByRole('link', { name: 'Open the job' });
  await goOn.or(link).first().waitFor();
  if (await goOn.isVisible()) await goOn.click();
  await link.waitFor();
  const { searchParams } = new URL((await link.getAttribute('href'))!, page.url());
  return searchParams.get('job')!;
}

/** Jobs of an account whose names begin like this. */
export const jobsNamed = async (brain: Brain, beginning: string) =>
  (await brain.call(endpoints.jobs)).jobs.filter(({ alias }) => alias.startsWith(beginning));

/** Waits for the end of a job; gives its state and the job as it was queued. */
export const finished = (brain: Brain, id: string) =>
  eventually(
    `the end of ${id}`,
    async () => {
      const job = await brain.call(endpoints.job, { params: { id } });
      return ['queued', 'running'].includes(job.status) ? undefined : { ...job, job: parseJob(job.setup) };
    },
    60,
  );

/** A number field by its label. */
export const numberField = (page: Page, label: string): Locator =>
  page.getByRole('textbox', { name: label, exact: true });

/** Types a number as a person does, replacing what was there. */
export async function type(field: Locator, value: string): Promise<void> {
  await field.fill(value);
}
