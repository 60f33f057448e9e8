// Packs the functions of mode 2 into one zip file, the same bytes of the same sources:
// `node mode2-deployment/package.mjs [FOLDER]` writes functions.zip and statemachine.asl.json (default: dist beside this
// file). Lambda cannot run an image of a public registry, and a zip file needs neither Docker nor a mirror.
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { zipSync } from 'fflate';
import { bundle } from '../scripts/bundle.mjs';
import { at, node24, run, say, script, step } from '../scripts/workspace.mjs';

/** Zip files hold a time for each entry; this one is as good as any. */
const mtime = new Date('1980-01-01T00:00:00');

await script(async () => {
  if (process.versions.node.split('.')[0] !== '24') {
    return run(node24, [fileURLToPath(import.meta.url), ...process.argv.slice(2)]);
  }
  const folder = resolve(process.argv[2] ?? at('mode2-deployment/dist'));
  const functions = join(folder, 'functions');
  await rm(folder, { recursive: true, force: true });
  await mkdir(functions, { recursive: true });
  await step('Bundling the calculation', node24, [at('scripts/buildCloud.mjs'), functions]);
  say('Bundling the registration and packing');
  const registration = join(dirname(fileURLToPath(import.meta.url)), 'src/registration.ts');
  await bundle({ registration }, functions);
  const names = (await readdir(functions)).sort();
  const files = { 'package.json': [new TextEncoder().encode('{"type":"module"}\n'), { mtime }] };
  for (const name of names) files[name] = [new Uint8Array(await readFile(join(functions, name))), { mtime }];
  const zip = zipSync(files, { level: 9 });
  await writeFile(join(folder, 'functions.zip'), zip);
  const definition = await readFile(at('calculation/statemachine.asl.json'));
  await writeFile(join(folder, 'statemachine.asl.json'), definition);
  await rm(functions, { recursive: true });
  console.log(`  ${join(folder, 'functions.zip')}  ${(zip.length / 1024).toFixed(0)} kB`);
});
