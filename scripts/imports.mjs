// The direction of imports: every workspace may import only what stands in its row. Exits with 1 and names
// the file and the import where one points up or across.
import { readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { at, filesBelow, root } from './workspace.mjs';

const ours = (...names) => names.map((name) => `@mroptimum/${name}`);

/** Folder → names of our packages that it may import. Tests may import more: see `forTests`. */
const allowed = {
  'packages/contract': [],
  'packages/snr': [],
  'packages/arrays': ours('contract'),
  'packages/rawdata': ours('contract', 'arrays'),
  'packages/bundle': ours('contract', 'arrays'),
  brain: ours('contract', 'bundle', 'rawdata'),
  calculation: ours('contract', 'arrays', 'snr', 'rawdata', 'bundle'),
  webgui: ours('contract', 'bundle', 'rawdata', 'snr'),
  cli: ours('contract', 'calculation'),
  'mode2-deployment': ours('contract'),
  bench: [...ours('contract', 'arrays', 'snr', 'rawdata', 'bundle', 'calculation', 'brain'), 'mroptimum/src'],
};

const isSource = (path) => /\.tsx?$/.test(path) && !/\.test\.tsx?$/.test(path);
const importPattern = /(?:\bfrom|\bimport)\s*\(?\s*['"]([^'"\n]+)['"]/g;

/** Every forbidden import below `base`, in words. */
export function forbiddenImports(base = root) {
  return Object.entries(allowed).flatMap(([folder, names]) =>
    filesBelow(`${folder}/src`, isSource, base).flatMap((path) =>
      importsOf(path)
        .filter((specifier) => isForbidden(join(base, folder), names, path, specifier))
        .map((specifier) => `${relative(base, path)} imports ${specifier}, which ${folder} may not`),
    ),
  );
}

function importsOf(path) {
  const code = readFileSync(path, 'utf8').replace(/^\s*(\/\/|\*).*$/gm, '');
  return [...code.matchAll(importPattern)].map((match) => match[1]);
}

function isForbidden(folder, names, path, specifier) {
  if (specifier.startsWith('.')) return !resolve(dirname(path), specifier).startsWith(folder + sep);
  if (!specifier.startsWith('@mroptimum/') && specifier.split('/')[0] !== 'mroptimum') return false;
  const name = specifier.split('/').slice(0, 2).join('/');
  return !names.includes(name);
}

if (process.argv[1] && resolve(process.argv[1]) === at('scripts/imports.mjs')) {
  const found = forbiddenImports(process.argv[2]);
  for (const line of found) console.error(line);
  process.exitCode = found.length === 0 ? 0 : 1;
}
