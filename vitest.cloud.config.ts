import { defineConfig } from 'vitest/config';

/** The tests against a cloud on this machine: each of the processes has a moto server of its own. */
export default defineConfig({
  test: {
    include: [
      '{packages/*,brain,calculation,cli}/{src,test}/**/*.cloud.test.ts',
      'cloud-tests/test/**/*.cloud.test.ts',
    ],
    globalSetup: ['cloud-tests/src/startMoto.ts'],
    setupFiles: ['cloud-tests/src/emptyCloud.ts'],
    // Nothing may reach a real account: keys that no account knows, no metadata service, no profile of the user.
    env: {
      AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'test-secret',
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_CONFIG_FILE: '/nonexistent',
      AWS_SHARED_CREDENTIALS_FILE: '/nonexistent',
    },
    testTimeout: 300_000,
    hookTimeout: 180_000,
    pool: 'forks',
    maxWorkers: 2,
  },
});
