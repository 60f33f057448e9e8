import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{packages/*,brain,calculation,cli,bench,webgui}/{src,test}/**/*.test.ts'],
    // Those need the Python environment and a moto server: vitest.cloud.config.ts.
    exclude: ['**/node_modules/**', '**/*.cloud.test.ts', '**/*.web.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 2,
  },
});
