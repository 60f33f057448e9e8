import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

const executablePath = process.env.MRO_CHROMIUM ?? '/usr/bin/chromium';

/** Chromium without a window; it asks nobody but the server under test. */
export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });

/** A person at a browser: pages of one profile, and everything that went wrong on them. */
export interface Visitor {
  readonly context: BrowserContext;
  /** The first tab. */
  readonly page: Page;
  /** Another tab of the same profile. */
  tab(): Promise<Page>;
  /** Errors of the console, of scripts and of requests that nobody expected; empty where all went well. */
  faults(): readonly string[];
  /** From now on, answers and console lines that match are part of the test. */
  expectFault(pattern: RegExp): void;
}

export interface VisitorOptions {
  readonly width?: number;
  readonly height?: number;
  readonly scheme?: 'light' | 'dark';
}

/** Opens a profile of its own: no cookies, no storage of others. */
export async function visit(
  browser: Browser,
  origin: string,
  { width = 1280, height = 800, scheme = 'light' }: VisitorOptions = {},
): Promise<Visitor> {
  const context = await browser.newContext({
    baseURL: origin,
    viewport: { width, height },
    colorScheme: scheme,
    reducedMotion: 'reduce',
    acceptDownloads: true,
  });
  const found: string[] = [];
  const expected: RegExp[] = [];
  const tell = (text: string): void => {
    if (!expected.some((pattern) => pattern.test(text))) found.push(text);
  };
  context.on('console', (message) => {
    if (['error', 'warning'].includes(message.type()) && !isBrowserNoise(message.text()))
      tell(`console: ${message.text()} (${message.location().url})`);
  });
  context.on('weberror', (error) => tell(`script: ${error.error().message}`));
  context.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText ?? '';
    // Pages stop what they no longer need when one leaves them.
    if (reason !== 'net::ERR_ABORTED') tell(`request: ${reason} ${request.url()}`);
  });
  context.on('response', (response) => {
    if (response.status() >= 400) tell(`answer: ${response.status()} ${response.url()}`);
  });
  const page = await context.newPage();
  return {
    context,
    page,
    tab: () => context.newPage(),
    faults: () => found,
    expectFault: (pattern) => void expected.push(pattern),
  };
}

/** Chromium tells how it draws without a graphics card; that is no fault of a page. */
const isBrowserNoise = (text: string): boolean => /GPU stall|WebGL.*software|GL Driver Message/i.test(text);
