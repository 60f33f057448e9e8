import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const execute = promisify(execFile);

/** Runs a script of the repository; resolves to its exit code and what it said. */
async function script(...args: string[]): Promise<{ code: number; said: string }> {
  try {
    const { stdout, stderr } = await execute(process.execPath, args, { cwd: root });
    return { code: 0, said: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, said: stdout + stderr };
  }
}

test('the page of errors is generated from the catalogue as it is', async () => {
  expect(await script('scripts/errors.mjs', '--check')).toMatchObject({ code: 0 });
});

describe('imports', () => {
  test('point down the list of packages', async () => {
    expect(await script('scripts/imports.mjs')).toEqual({ code: 0, said: '' });
  });

  test.each([
    "import { estimateNoise } from '@mroptimum/snr';",
    "export * from '../../bundle/src/index.ts';",
    "const late = await import('@mroptimum/rawdata');",
  ])('%s in the contract is found', async (line) => {
    const base = mkdtempSync(join(tmpdir(), 'mroptimum-imports-'));
    try {
      mkdirSync(join(base, 'packages/contract/src'), { recursive: true });
      writeFileSync(join(base, 'packages/contract/src/up.ts'), `import { z } from 'zod';\n${line}\n`);
      const { code, said } = await script('scripts/imports.mjs', base);
      expect(code).toBe(1);
      expect(said).toMatch(/packages.contract.src.up\.ts imports/);
    } finally {
      rmSync(base, { recursive: true });
    }
  });
});

test('no source file is longer than 400 lines (tests aside)', async () => {
  const { stdout } = await execute('git', ['ls-files', '*.ts', '*.tsx', '*.mjs', ':!*.test.ts'], {
    cwd: root,
  });
  const tooLong = stdout
    .split('\n')
    .filter((path) => path !== '')
    .map((path) => ({ path, lines: linesOf(join(root, path)) }))
    .filter(({ lines }) => lines > 400);
  expect(tooLong).toEqual([]);
});

function linesOf(path: string): number {
  try {
    return readFileSync(path, 'utf8').split('\n').length;
  } catch {
    // Deleted in the working tree, not yet in the index.
    return 0;
  }
}
