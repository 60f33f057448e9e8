import { defineConfig } from 'vitest/config';

/** Tests in a real browser: one file after the other, since each starts a server, a worker and a browser. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['test/**/*.web.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 1,
    fileParallelism: false,
  },
});
