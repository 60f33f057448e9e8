// What the scripts share: where things are, whether the installation and the builds are current, and how to
// run something visibly. Plain JavaScript without dependencies, since it runs before anything is installed.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));
export const at = (...parts) => join(root, ...parts);

/** Node 24, which npm installs as a dependency; the machine's own Node may be older. */
export const node24 = at('node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node');
export const command = (name) => at('node_modules/.bin', process.platform === 'win32' ? `${name}.cmd` : name);

export const say = (text) => console.log(`\n→ ${text}`);

/** Says what it does, does it, says how long it took. Rejects where the program fails. */
export async function step(what, program, args, options = {}) {
  say(what);
  const started = performance.now();
  const code = await run(program, args, options);
  if (code !== 0) throw new StepFailed(what, code);
  console.log(`  done in ${((performance.now() - started) / 1000).toFixed(1)} s`);
}

export class StepFailed extends Error {
  constructor(what, code) {
    super(`${what}: failed with exit code ${code}`);
    this.code = code;
  }
}

/** Runs a program in the repository with its output visible; resolves to the exit code. */
export function run(program, args, options = {}) {
  return new Promise((resolve, reject) => {
    const shell = process.platform === 'win32';
    const child = spawn(program, args, { cwd: root, stdio: 'inherit', shell, ...options });
    // A terminal interrupts the program too, which ends in its own time; a signal to this process is handed on.
    const wait = () => {};
    const handOn = () => child.kill('SIGTERM');
    process.on('SIGINT', wait).on('SIGTERM', handOn);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      process.off('SIGINT', wait).off('SIGTERM', handOn);
      resolve(code ?? (signal ? 1 : 0));
    });
  });
}

/** Runs the body of a script and turns a failed step into a sentence and an exit code. */
export async function script(body) {
  try {
    process.exitCode = (await body()) ?? 0;
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    console.error(`\n✗ ${error.message}`);
    process.exitCode = error.code || 1;
  }
}

/** Whether node_modules holds what package-lock.json asks for on this platform. */
export function isInstalled() {
  const present = readLock('node_modules/.package-lock.json');
  const wanted = readLock('package-lock.json');
  if (present === undefined || wanted === undefined || !existsSync(node24)) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '' || entry.optional || entry.peer) return true;
    return entry.link ? existsSync(at(path)) : present[path]?.version === entry.version;
  });
}

function readLock(path) {
  if (!existsSync(at(path))) return undefined;
  return JSON.parse(readFileSync(at(path), 'utf8')).packages;
}

/** `npm ci` where something is missing or differs from the lock file. */
export async function ensureInstalled() {
  if (isInstalled()) return;
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const what =
    'Installing the dependencies of package-lock.json, Node 24 among them (npm ci; about a minute)';
  await step(what, npm, ['ci', '--no-fund', '--no-audit']);
}

const sourceFolders = [
  'packages/contract/src',
  'packages/arrays/src',
  'packages/snr/src',
  'packages/snr/kernels',
  'packages/rawdata/src',
  'packages/bundle/src',
  'calculation/src',
  'brain/src',
  'cli/src',
  'webgui/src',
  'webgui/public',
];

/** Whether bundled command and pages are younger than every source it is made of. */
export function isBuilt() {
  const built = [
    'cli/dist/main.js',
    'cli/dist/server.js',
    'cli/dist/hashing.js',
    'cli/dist/web/index.html',
    'packages/snr/kernels/build/kernels.ts',
  ].map((path) => at(path));
  if (!built.every((path) => existsSync(path))) return false;
  const bundled = statSync(built[0]).mtimeMs;
  return [
    ...sourceFolders.flatMap((folder) => filesBelow(folder)),
    at('scripts/build.mjs'),
    at('webgui/index.html'),
    at('webgui/vite.config.ts'),
    at('package-lock.json'),
  ].every((path) => statSync(path).mtimeMs <= bundled);
}

export async function ensureBuilt() {
  if (isBuilt()) return;
  await step('Building kernels, command and web pages (npm run build; some seconds)', node24, [
    at('scripts/build.mjs'),
  ]);
}

/** Source files below a folder of the repository (or of `base`); builds and installed packages left out. */
export function filesBelow(folder, keep = isProgram, base = root) {
  if (!existsSync(join(base, folder))) return [];
  return readdirSync(join(base, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      return ['node_modules', 'dist', 'build'].includes(entry.name) ? [] : filesBelow(path, keep, base);
    }
    return keep(path) ? [join(base, path)] : [];
  });
}

const isProgram = (path) => /\.(tsx?|mjs|js|css|svg)$/.test(path) && !/\.test\.ts$/.test(path);

export const shown = (path) => relative(root, path).replaceAll('\\', '/');
