import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{packages/*,brain,calculation,cli,bench,webgui}/{src,test}/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 2,
  },
});
