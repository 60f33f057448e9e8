import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

describe('the package without a disk', () => {
  it('can be bundled for a browser: nothing of Node is imported', async () => {
    const { outputFiles, errors } = await build({
      entryPoints: [fileURLToPath(new URL('./index.ts', import.meta.url))],
      bundle: true,
      write: false,
      format: 'esm',
      platform: 'browser',
      logLevel: 'silent',
    });
    expect(errors).toEqual([]);
    expect(outputFiles[0]!.text).not.toMatch(/(from|require\(|import\()\s*["']node:/);
  });
});
