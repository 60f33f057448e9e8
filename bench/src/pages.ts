import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

/** Chromium without a window and without a graphics card. */
export const launchChromium = () =>
  chromium.launch({
    executablePath: process.env.MRO_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  });

/** The built server with its pages, without a computing unit; it tells its address and its administrator. */
export function startServer(data: string) {
  const program = fileURLToPath(new URL('../../cli/dist/server.js', import.meta.url));
  const line = [program, 'serve', '--port', '0', '--data', data, '--no-demo', '--no-unit'];
  const child = spawn(process.execPath, line, { stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  let said = '';
  const told = new Promise<void>((resolve) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (said.includes('Ctrl-C ends it.')) resolve();
    });
  });
  const find = (pattern: RegExp): Promise<string> => told.then(() => pattern.exec(said)?.[1] ?? '');
  return {
    end(): Promise<void> {
      child.kill();
      return ended;
    },
    address: find(/runs at (\S+)/),
    email: find(/e-mail +(\S+)/),
    password: find(/password +(\S+)/),
  };
}
