/** A process that writes records and objects without pause until it is killed; tells each thing that is done. */
import { writeSync } from 'node:fs';
import { pipeline } from '../contractTests/samples.ts';
import { diskObjects, sqliteRecords } from '../index.ts';
import { contentOf } from './content.ts';

const [folder = '', name = ''] = process.argv.slice(2);
const records = sqliteRecords(`${folder}/records.sqlite`);
const disk = diskObjects({ folder: `${folder}/objects`, origin: 'http://localhost', secret: 'x' });
const told = (kind: string, id: string): void => {
  writeSync(1, `${kind} ${id}\n`);
};
const event = (status: string) =>
  ({ at: new Date().toISOString(), type: 'state', data: { status } }) as const;

async function* inPieces(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 20_000) yield bytes.subarray(at, at + 20_000);
}

async function uploadInParts(key: string): Promise<void> {
  const bytes = contentOf(key);
  const partSize = Math.ceil(bytes.length / 3);
  const uploadId = await disk.startMultipart(key, bytes.length, partSize);
  const parts = [];
  for (let number = 1; number <= 3; number++) {
    const body = bytes.subarray((number - 1) * partSize, number * partSize);
    const allowed = { method: 'PUT', key, size: body.length, part: { uploadId, number } } as const;
    parts.push({ number, size: body.length, sha256: await disk.receive(allowed, inPieces(body)) });
    told('part', `${key} ${uploadId} ${number}`);
  }
  await disk.completeMultipart(key, uploadId, parts);
}

for (let i = 0; ; i++) {
  const id = `${name}-${i}`;
  const resultKey = `results/${id}`;
  const job = await records.pipelines.create(pipeline({ id }));
  told('queued', id);
  const running = await records.pipelines.transition(
    { ...job, status: 'running' },
    ['queued'],
    event('running'),
  );
  await records.pipelines.append(id, [{ at: job.createdAt, type: 'progress', data: { progress: 0.5 } }]);
  if (i % 2 === 0) await disk.put(resultKey, contentOf(resultKey));
  else await uploadInParts(resultKey);
  await records.pipelines.transition(
    { ...running!, status: 'completed', resultKey },
    ['running'],
    event('completed'),
  );
  told('completed', id);
}
