import { inject } from 'vitest';
import { configureMoto, emptyMoto } from './moto.ts';

// Before each file of tests: an empty cloud, and every client of this process (SDK and command line) speaks to it.
process.env.AWS_ENDPOINT_URL = inject('moto');
await emptyMoto();
await configureMoto();
