// Builds what needs building: the WebAssembly kernels; the `mroptimum` command and its server, each as one bundled
// file; the web pages, compressed.
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { at, node24, run, StepFailed, say, script, step } from './workspace.mjs';

/** Where the bundler writes before the files are put in place. */
const fresh = 'cli/build';
/** Programs of threads, by the name under which the bundles look for them. */
const workers = {
  worker: 'packages/snr/src/parallel/worker.ts',
  hashing: 'brain/src/providers/disk/hashing/worker.ts',
};

await script(async () => {
  if (!existsSync(node24)) {
    console.error('Node 24 is not installed here yet: run "npm ci" first.');
    return 1;
  }
  // The bundler and the kernel compiler run on Node 24 whatever Node started this script.
  if (process.versions.node.split('.')[0] !== '24') return run(node24, [at('scripts/build.mjs')]);

  await step('Compiling the kernels to WebAssembly', process.execPath, [
    at('packages/snr/kernels/build.mjs'),
  ]);
  say('Bundling the command and the server');
  const { build } = await import('esbuild');
  const entryPoints = { main: at('cli/src/main.ts'), server: at('brain/src/server.ts') };
  for (const [name, path] of Object.entries(workers)) entryPoints[name] = at(path);
  const result = await build({
    entryPoints,
    outdir: at(fresh),
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    legalComments: 'none',
    metafile: true,
    // Packages of their own: h5wasm finds its WebAssembly, argon2 its native library and pino its threads
    // beside themselves.
    external: ['h5wasm', 'h5wasm/*', '@node-rs/argon2', 'pino'],
    // CommonJS packages inside the bundle (commander) ask for Node's modules by require().
    banner: {
      js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
    },
    logLevel: 'warning',
  }).catch((error) => {
    throw new StepFailed(`Bundling: ${error.message}`, 1);
  });
  for (const [path, { bytes }] of Object.entries(result.metafile.outputs)) {
    console.log(`  ${path.replace(fresh, 'cli/dist')}  ${(bytes / 1024).toFixed(0)} kB`);
  }
  await buildPages(join(at(fresh), 'web'));
  await replaceFolder(at(fresh), at('cli/dist'));
});

/** The web pages; the server sends the compressed form that a browser accepts. */
async function buildPages(folder) {
  say('Bundling the web pages');
  const { build } = await import('vite');
  await build({
    configFile: at('webgui/vite.config.ts'),
    logLevel: 'warn',
    build: { outDir: folder },
  }).catch((error) => {
    throw new StepFailed(`Bundling the web pages: ${error.message}`, 1);
  });
  const template = at('mode2-deployment/template-mode2.yaml');
  if (existsSync(template)) await copyFile(template, join(folder, 'template-mode2.yaml'));
  const files = await readdir(folder, { recursive: true });
  const texts = files.filter((file) => ['.html', '.js', '.css', '.svg', '.wasm'].includes(extname(file)));
  for (const path of texts.map((file) => join(folder, file))) {
    const bytes = await readFile(path);
    const params = { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
    await writeFile(`${path}.br`, brotliCompressSync(bytes, { params }));
    await writeFile(`${path}.gz`, gzipSync(bytes, { level: 9 }));
  }
  console.log(`  cli/dist/web  ${files.length} files`);
}

/** Puts finished files in place one by one, so that a command that runs meanwhile never misses them. */
async function replaceFolder(from, to) {
  await mkdir(to, { recursive: true });
  const entries = await readdir(from, { withFileTypes: true });
  for (const { name } of entries.filter((entry) => entry.isDirectory())) {
    await replaceFolder(join(from, name), join(to, name));
  }
  const files = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  for (const file of files) await rename(join(from, file), join(to, file));
  const names = entries.map(({ name }) => name);
  for (const old of await readdir(to)) if (!names.includes(old)) await rm(join(to, old), { recursive: true });
  await rm(from, { recursive: true });
}
