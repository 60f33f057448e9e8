// The pictures of docs/user-guide.md, of a real session: `node webgui/test/guide.ts` writes docs/images/.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { launchBrowser, visit } from './browser.ts';
import { signIn, simulate, startWebPlatform } from './platform.ts';
import { choose, finished, numberField, queue } from './setupLab.ts';

const out = join(import.meta.dirname, '../../docs/images');
mkdirSync(out, { recursive: true });

const platform = await startWebPlatform();
const browser = await launchBrowser();
try {
  const person = await platform.person('ada');
  const brain = await platform.brain(person);
  const phantom = await simulate(
    platform.folder.at('phantom'),
    ...['--coils', '8', '--matrix', '128,128', '--slices', '3'],
  );
  const { page } = await visit(browser, platform.origin, { width: 1280, height: 780 });
  const picture = async (name: string): Promise<void> => {
    await page.waitForTimeout(600);
    await page.mouse.move(0, 0);
    await page.screenshot({ path: join(out, `${name}.png`) });
    console.log(`docs/images/${name}.png`);
  };

  await signIn(page, person);
  await page.getByTestId('upload-input').setInputFiles(phantom);
  await page.getByText('signal.dat').nth(1).waitFor();
  await picture('home');

  await page.goto('/setup');
  await choose(page, 'Signal', 'signal.dat');
  await picture('setup');

  await page.getByRole('radio', { name: 'SENSE' }).check();
  await page.getByLabel('Undersample complete data (decimate)').check();
  await page.getByLabel('All lines along phase').uncheck();
  await page.getByLabel('Which pixels are object').selectOption('percentage');
  await numberField(page, 'Percent of the maximum').fill('10');
  const preview = page.getByRole('img', { name: 'Reference image with the mask drawn over it' });
  await preview.waitFor();
  await preview.scrollIntoViewIfNeeded();
  await picture('mask');

  const sense = await queue(page);
  await page.getByRole('radio', { name: 'B1-weighted' }).check();
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('phantom, all lines');
  await page.getByRole('button', { name: 'Queue job' }).click();
  await page.getByText('phantom, all lines was queued').waitFor();
  const full = new URL(
    (await page.getByRole('link', { name: 'Open the job' }).getAttribute('href'))!,
    platform.origin,
  ).searchParams.get('job')!;
  for (const id of [sense, full]) await finished(brain, id);
  await page.goto(`/jobs?job=${sense}`);
  await page.getByText('phantom, all lines').first().waitFor();
  await picture('jobs');

  await page.goto(`/jobs/${sense}`);
  await page.getByTestId('cursor-value').waitFor();
  await picture('viewer');

  await drawRectangle(page);
  await page.getByRole('tab', { name: 'Measure' }).click();
  await page.getByTestId('statistics').waitFor();
  await picture('regions');

  await page.goto(`/compare?jobs=${full},${sense}`);
  await page.getByTestId('slice-axial').first().waitFor();
  await picture('compare');

  await page.goto(`/report/${sense}`);
  await page.waitForLoadState('networkidle');
  await picture('report');
} finally {
  await browser.close();
  await platform.end();
}

async function drawRectangle(page: Page): Promise<void> {
  await page.keyboard.press('r');
  const box = (await page.getByTestId('slice-axial').boundingBox())!;
  await page.mouse.move(box.x + 0.42 * box.width, box.y + 0.4 * box.height);
  await page.mouse.down();
  await page.mouse.move(box.x + 0.6 * box.width, box.y + 0.6 * box.height, { steps: 4 });
  await page.mouse.up();
}
