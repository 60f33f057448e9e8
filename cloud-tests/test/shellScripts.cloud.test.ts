import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root, runProgram } from '../src/python.ts';

const scripts = globSync(['scripts/**/*.sh', 'mode2-deployment/**/*.sh'], { cwd: root }).sort();

it('every shell script is understood by shellcheck', async () => {
  expect(scripts.length).toBeGreaterThan(11);
  expect(await runProgram('shellcheck', ['-x', ...scripts])).toEqual({ code: 0, stdout: '', stderr: '' });
});

/** What bash 3.2, which Macs have, does not know or does otherwise. */
const newer: Readonly<Record<string, RegExp>> = {
  'arrays read from lines': /\b(mapfile|readarray)\b/,
  'tables and references': /\b(declare|local|typeset) -[a-z]*[AngA]/,
  'letters changed by an expansion': /\$\{\w+(\^|,)/,
  'expansions with an operator at their end': /\$\{\w+@[A-Z]\}/,
  'pipes of both outputs': /\|&|&>>/,
  'negative places': /\$\{\w+\[-\d|\$\{\w+: ?-?\d+: ?-/,
  'times by printf': /printf .*%\(/,
  'falling through in case': /;;&|;&/,
  'a number as a waited-for child': /\bwait -n\b/,
  'programs that Macs do not have': /\b(sha256sum|realpath|readlink -f|timeout|sed -i|date -d|grep -P)\b/,
};
// debian.sh is for Debian alone.
const onMacs = scripts.filter((path) => !path.endsWith('debian.sh'));

const codeOf = async (path: string) => (await readFile(join(root, path), 'utf8')).replace(/^\s*#.*$/gm, '');

it.each(onMacs)('%s has nothing that the bash of a Mac does not know', async (path) => {
  const code = await codeOf(path);
  for (const [what, pattern] of Object.entries(newer)) expect(pattern.exec(code)?.[0], what).toBeUndefined();
});

it('arrays that may be empty, unset variables to the bash of a Mac, are expanded only where they are not', async () => {
  const codes = await Promise.all(onMacs.map(codeOf));
  const empty = new Set(
    codes.flatMap((code) => [...code.matchAll(/\b(\w+)=\(\)/g)].map(([, name]) => name!)),
  );
  expect([...empty].sort()).toEqual(['place', 'rest', 'tags']);
  // publish-images.sh gives each image two tags at least.
  empty.delete('tags');
  for (const code of codes)
    for (const name of empty)
      expect(code.replaceAll(`\${${name}[@]+"\${${name}[@]}"}`, '')).not.toContain(`{${name}[@]`);
});
