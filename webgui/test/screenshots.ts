// Pictures of every page in both themes at three widths, into webgui/screenshots (which is not kept):
// `node webgui/test/screenshots.ts [name …]`. The server under them is a real one with a small library.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { endpoints } from '@mroptimum/contract';
import type { Page } from 'playwright-core';
import { launchBrowser, visit } from './browser.ts';
import { furnish } from './furnish.ts';
import { signIn, startWebPlatform } from './platform.ts';

const widths = [390, 1280, 1920];
const schemes = ['light', 'dark'] as const;
const out = join(import.meta.dirname, '../screenshots');

interface View {
  readonly path: string;
  readonly anonymous?: true;
  /** What is done before the picture. */
  readonly prepare?: (page: Page) => Promise<unknown>;
}

const platform = await startWebPlatform();
const browser = await launchBrowser();
async function end(): Promise<void> {
  await browser.close();
  await platform.end();
}
const brain = await platform.brain();
await furnish(platform).catch(async (error: unknown) => {
  await end();
  throw error;
});
const { jobs } = await brain.call(endpoints.jobs);
const done = jobs.find(({ status }) => status === 'completed')?.id ?? 'none';
const failed = jobs.find(({ status }) => status === 'failed')?.id ?? 'none';

const views: Readonly<Record<string, View>> = {
  login: { path: '/login', anonymous: true },
  register: { path: '/register', anonymous: true },
  forgot: { path: '/forgot', anonymous: true },
  open: { path: '/open', anonymous: true },
  home: { path: '/' },
  account: { path: '/settings?tab=account' },
  setup: { path: '/setup' },
  jobs: { path: '/jobs' },
  details: { path: `/jobs?job=${failed}`, prepare: (page) => page.getByRole('alert').waitFor() },
  palette: {
    path: '/jobs',
    async prepare(page) {
      await page.keyboard.press('Control+k');
      await page.getByRole('textbox', { name: 'Page' }).waitFor();
    },
  },
  ownCloud: {
    path: '/',
    async prepare(page) {
      await page.getByRole('button', { name: 'Add', exact: true }).click();
      await page.getByRole('menuitem', { name: 'My own AWS account' }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  result: { path: `/jobs/${done}` },
  compare: { path: `/compare?jobs=${jobs.map(({ id }) => id).join(',')}` },
  report: { path: `/report/${done}` },
  trend: { path: '/trend' },
  settings: { path: '/settings' },
  tokens: { path: '/settings?tab=tokens' },
  admin: { path: '/admin' },
  about: { path: '/about' },
  shortcuts: { path: '/shortcuts' },
  nowhere: { path: '/nowhere' },
};

mkdirSync(out, { recursive: true });
const asked = process.argv.slice(2).filter((name) => name in views);
const onlyWidths = process.argv.slice(2).map(Number).filter(Boolean);
try {
  for (const scheme of schemes) {
    for (const width of onlyWidths.length > 0 ? onlyWidths : widths) {
      const visitor = await visit(browser, platform.origin, {
        scheme,
        width,
        height: width < 500 ? 844 : Math.round(width * 0.6),
      });
      const guest = await visit(browser, platform.origin, { scheme, width, height: width < 500 ? 844 : 800 });
      await signIn(visitor.page, platform.administrator);
      for (const [name, { path, anonymous, prepare }] of Object.entries(views)) {
        if (asked.length > 0 && !asked.includes(name)) continue;
        const { page } = anonymous ? guest : visitor;
        await page.goto(path);
        await page.waitForLoadState('networkidle', { timeout: 4000 }).catch(() => {});
        await prepare?.(page);
        await page.screenshot({ path: join(out, `${name}-${scheme}-${width}.png`) });
      }
      for (const fault of [...visitor.faults(), ...guest.faults()])
        console.log(`${scheme} ${width}: ${fault}`);
      await visitor.context.close();
      await guest.context.close();
    }
  }
} finally {
  await end();
}
console.log(`Pictures are in ${out}`);
