// Bundles the calculation for the cloud: every entry of the images as one folder of plain JavaScript without
// dependencies. `node scripts/buildCloud.mjs [FOLDER]`; the folder is calculation/dist unless given.
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { bundle } from './bundle.mjs';
import { at, node24, run, say, script } from './workspace.mjs';

/** Imports zod by its names, so that what is not used of it (its languages, for one) is left out. */
const leanZod = {
  name: 'lean-zod',
  setup: ({ onLoad }) =>
    onLoad({ filter: /[/\\](packages|calculation)[/\\].*\.ts$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replace(
        "import { z } from 'zod';",
        "import * as z from 'zod';",
      ),
      loader: 'ts',
    })),
};

const entries = ['runtime', 'app', 'prepare', 'fail', 'callback', 'main'];

await script(async () => {
  if (process.versions.node.split('.')[0] !== '24') {
    return run(node24, [at('scripts/buildCloud.mjs'), ...process.argv.slice(2)]);
  }
  const outdir = process.argv[2] ? resolve(process.argv[2]) : at('calculation/dist');
  say('Bundling the calculation for the cloud');
  await rm(outdir, { recursive: true, force: true });
  const entryPoints = Object.fromEntries(entries.map((name) => [name, at(`calculation/src/${name}.ts`)]));
  entryPoints.worker = at('packages/snr/src/parallel/worker.ts');
  const bytes = await bundle(entryPoints, outdir, {
    // What entries share lies beside them once, and what few jobs need is loaded when they do.
    splitting: true,
    plugins: [leanZod],
    // Writes HDF5 files, which nothing here does.
    external: ['h5wasm'],
  });
  // What Node reads to know that the files are modules.
  await writeFile(join(outdir, 'package.json'), '{"type":"module"}\n');
  console.log(`  ${outdir}  ${(bytes / 1024).toFixed(0)} kB`);
});
