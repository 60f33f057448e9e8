// Bundles the server for the cloud, as brain/template.yaml deploys it: one folder with plain JavaScript and the one
// native library (argon2) of the function's processor.
// `node scripts/buildBrain.mjs [FOLDER] [--arch arm64|x64]`; the folder is brain/dist unless given, the processor arm64.
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { bundle } from './bundle.mjs';
import { at, node24, run, say, script, step } from './workspace.mjs';

const hashing = '@node-rs/argon2';

await script(async () => {
  if (process.versions.node.split('.')[0] !== '24') {
    return run(node24, [at('scripts/buildBrain.mjs'), ...process.argv.slice(2)]);
  }
  const { values, positionals } = parseArgs({
    options: { arch: { type: 'string', default: 'arm64' } },
    allowPositionals: true,
  });
  const outdir = positionals[0] ? resolve(positionals[0]) : at('brain/dist');
  say('Bundling the server for the cloud');
  await rm(outdir, { recursive: true, force: true });
  const bytes = await bundle({ lambda: at('brain/src/lambda.ts') }, outdir, {
    splitting: true,
    // h5wasm writes HDF5 files, which nothing here does.
    external: [hashing, 'h5wasm'],
  });
  console.log(`  ${outdir}  ${(bytes / 1024).toFixed(0)} kB`);
  const { dependencies } = JSON.parse(await readFile(at('brain/package.json'), 'utf8'));
  const manifest = { type: 'module', private: true, dependencies: { [hashing]: dependencies[hashing] } };
  await writeFile(join(outdir, 'package.json'), `${JSON.stringify(manifest)}\n`);
  await addHashing(outdir, values.arch);
});

/** The library for another processor than this machine's comes from the registry; its own is here already. */
async function addHashing(outdir, arch) {
  const native = `${hashing}-linux-${arch}-gnu`;
  const here = at('node_modules', native);
  try {
    await cp(here, join(outdir, 'node_modules', native), { recursive: true, errorOnExist: true });
    await cp(at('node_modules', hashing), join(outdir, 'node_modules', hashing), { recursive: true });
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    await step(`Fetching ${native}`, 'npm', [
      'install',
      '--prefix',
      outdir,
      '--os=linux',
      `--cpu=${arch}`,
      '--libc=glibc',
      '--omit=dev',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--no-package-lock',
    ]);
  }
}
