import { bytesInMemory } from '@mroptimum/contract';
import { expect, test } from 'vitest';
import { expectCode } from '../providers/contractTests/expectCode.ts';
import { zipOf } from '../providers/disk/testing.ts';
import { answerStream } from './answer.ts';
import { entryContent, wholeContent } from './content.ts';

async function drained(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks);
}

test('a download that is given up closes what it reads from, also before its first byte', async () => {
  const source = bytesInMemory('x', new Uint8Array(5_000_000));
  for (const reads of [0, 2]) {
    let closed = 0;
    const close = async (): Promise<void> => {
      closed += 1;
    };
    const stream = answerStream({ content: wholeContent(source), first: 0, last: source.size - 1, close });
    const reader = stream.getReader();
    for (let i = 0; i < reads; i++) await reader.read();
    expect(closed).toBe(0);
    await reader.cancel();
    expect(closed).toBe(1);
  }
});

test('an object that ends too early is an error, not a short file', async () => {
  const short = { ...bytesInMemory('x', new Uint8Array(10)), size: 20 };
  await expectCode(drained(wholeContent(short).bytes(0, 19)), 'MRO_BRAIN_STORAGE');
});

test('an entry that unpacks to more or less than it announces is cut off', async () => {
  const zip = Buffer.from(zipOf({ 'a.txt': new Uint8Array(300_000).fill(65) }));
  const directory = zip.indexOf('PK\x01\x02');
  for (const announced of [1000, 400_000]) {
    const changed = Buffer.from(zip);
    changed.writeUInt32LE(announced, directory + 24);
    const content = await entryContent(bytesInMemory('zip', changed), 'a.txt');
    await expectCode(drained(content.bytes(0, announced - 1)), 'MRO_BUNDLE_DAMAGED');
  }
  const whole = await entryContent(bytesInMemory('zip', zip), 'a.txt');
  expect((await drained(whole.bytes(0, 299_999))).length).toBe(300_000);
});
