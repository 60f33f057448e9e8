#!/usr/bin/env node
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * Starts the command on Node 24, which comes with the package `node`, where the machine's own Node is older.
 * This file itself must run on old versions.
 */
const needed = 24;
const main = new URL('./main.js', import.meta.url);

function bundledNode(): string | undefined {
  try {
    const manifest = createRequire(import.meta.url).resolve('node/package.json');
    const path = join(dirname(manifest), 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    return existsSync(path) ? path : undefined;
  } catch {
    return undefined;
  }
}

if (Number(process.versions.node.split('.')[0]) >= needed) {
  await import(main.href);
} else {
  const node = bundledNode();
  if (node === undefined) {
    console.error(
      `mroptimum needs Node ${needed} or newer; this is Node ${process.versions.node}, and the one that is installed with mroptimum is missing.\nInstall Node ${needed}, or install mroptimum again with install scripts allowed.`,
    );
    process.exitCode = 1;
  } else {
    const child = spawn(node, [main.pathname, ...process.argv.slice(2)], { stdio: 'inherit' });
    // A terminal interrupts the whole group; a signal to this process alone is handed on.
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
    child.on('error', (error) => {
      console.error(`Node ${needed} could not be started: ${error.message}`);
      process.exitCode = 1;
    });
    child.on('close', (code, signal) => {
      process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1);
    });
  }
}
