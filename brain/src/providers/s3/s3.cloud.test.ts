import { inject } from 'vitest';
import { objectsContract } from '../contractTests/objectsContract.ts';
import { openS3 } from './testing.ts';

objectsContract('S3', async () => ({ ...(await openS3(inject('moto'))), smallestPart: 5 * 2 ** 20 }));
