#!/usr/bin/env node
// Starts the command on Node 24, which comes with the package `node`, where the machine's own Node is older.
// Plain JavaScript that is there before anything is built, so that npm can link it; it must run on old versions.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const needed = 24;
const main = new URL('../dist/main.js', import.meta.url);

/** The Node that npm installed beside this package. */
function bundledNode() {
  try {
    const manifest = createRequire(import.meta.url).resolve('node/package.json');
    const path = join(dirname(manifest), 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    return existsSync(path) ? path : undefined;
  } catch {
    return undefined;
  }
}

function fail(message) {
  console.error(message);
  process.exitCode = 1;
}

function runOn(node) {
  const child = spawn(node, [fileURLToPath(main), ...process.argv.slice(2)], { stdio: 'inherit' });
  // A terminal interrupts the whole group; a signal to this process alone is handed on.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => fail(`Node ${needed} could not be started: ${error.message}`));
  child.on('close', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1);
  });
}

if (!existsSync(main)) {
  fail('mroptimum is not built yet: run "npm run build" in the repository.');
} else if (Number(process.versions.node.split('.')[0]) >= needed) {
  await import(main.href);
} else {
  const node = bundledNode();
  if (node) runOn(node);
  else {
    fail(
      `mroptimum needs Node ${needed} or newer; this is Node ${process.versions.node}, and the one that is installed with mroptimum is missing.\nInstall Node ${needed}, or install mroptimum again with install scripts allowed.`,
    );
  }
}
