import { configureMoto, emptyMoto, motoAddress } from './moto.ts';

// Before each file of tests: an empty cloud, and every client of this process (SDK and command line) speaks to it.
process.env.AWS_ENDPOINT_URL = motoAddress();
await emptyMoto();
await configureMoto();
