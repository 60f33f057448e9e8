import { MroError } from '@mroptimum/contract';
import { createKernels } from '@mroptimum/snr/kernels';
import { simulate } from '@mroptimum/snr/simulate';
import { describe, expect, test } from 'vitest';
import { fileRef, jobOf, memoryIo, npy } from '../test/jobs.ts';
import { mergedMaps, type PartStore, runPart, type SliceRange } from './parts.ts';
import { runJob } from './run.ts';

const [nx, ny] = [32, 24] as const;
const [coils, slices] = [4, 5] as const;
const made = simulate(createKernels(), { coils, matrix: [nx, ny], slices, repetitions: 3, seed: 3 });
const all = new Float32Array(2 * slices * 3 * coils * ny * nx);
for (let s = 0; s < slices; s++) all.set(made.slice(s).kspace.data, s * (all.length / slices));
const files = {
  'signal.npy': npy([slices, 3, coils, ny, nx], all),
  'noise.npy': npy([coils, made.settings.noiseReadouts, nx], made.noise().data),
};
const scan = (axes: string) => ({ signal: fileRef('signal.npy', { axes }) });
const under = { decimate: true, accelerations: [1, 2], acl: [null, 8] };
const output = { gfactor: true, coilsensitivity: true, matlab: true };

function memoryStore(): PartStore & { readonly objects: Map<string, Uint8Array> } {
  const objects = new Map<string, Uint8Array>();
  return {
    objects,
    put: async (name, bytes) => void objects.set(name, bytes.slice()),
    get: async (name) => {
      const bytes = objects.get(name);
      if (!bytes) throw new MroError('MRO_JOB_FETCH', `${name} is not there.`);
      return bytes;
    },
  };
}

/** Every file of a bundle but info.json, whose log has times. */
async function filesOf(memory: ReturnType<typeof memoryIo>): Promise<Map<string, Uint8Array>> {
  const { files: inside } = await memory.result();
  const names = inside.names.filter((name) => name !== 'info.json');
  return new Map(
    await Promise.all(names.map(async (name) => [name, await inside.read(name)] as [string, Uint8Array])),
  );
}

async function inParts(job: object, ranges: readonly SliceRange[]) {
  const store = memoryStore();
  for (const range of [...ranges].reverse()) await runPart(job, memoryIo(files).io, range, store);
  const merged = memoryIo({});
  const { summary } = await runJob(job, merged.io, () => {}, undefined, mergedMaps(ranges, store));
  return { merged, summary, store };
}

const ranges = [
  { from: 0, to: 2 },
  { from: 2, to: 3 },
  { from: 3, to: 5 },
];

describe('a job in parts', () => {
  test.each([
    [
      'pmr × sense',
      { method: 'pmr', recon: 'sense', task: { NR: 8 }, options: { ...scan('srcyx'), ...under }, output },
    ],
    [
      'cr × grappa',
      { method: 'cr', recon: 'grappa', task: { NR: 3 }, options: { ...scan('srcyx'), ...under }, output },
    ],
    ['mr × rss', { method: 'mr', options: scan('srcyx') }],
    ['di × b1', { method: 'di', recon: 'b1', options: scan('srcyx'), output: { coilsensitivity: true } }],
    ['ac × rss without noise', { options: { ...scan('srcyx'), noise: undefined } }],
    ['ac × b1 of a volume', { recon: 'b1', options: scan('zrcyx') }],
  ])('%s: every file has the bytes of the whole job', async (_, settings) => {
    const job = jobOf(settings);
    const single = memoryIo(files);
    const { summary: whole } = await runJob(job, single.io);
    const { merged, summary } = await inParts(job, ranges);
    const [expected, got] = [await filesOf(single), await filesOf(merged)];
    expect([...got.keys()]).toEqual([...expected.keys()]);
    expect(got.size).toBeGreaterThan(1);
    for (const [name, bytes] of expected) expect(Buffer.from(got.get(name)!).equals(bytes), name).toBe(true);
    const { timings: _a, ...one } = whole;
    const { timings: _b, ...other } = summary;
    expect({ ...other, estimate: undefined }).toEqual({ ...one, estimate: undefined });
    const said = (memory: typeof merged) =>
      memory.result().then(({ info }) => info.headers.log.map(({ what }) => what.replace(/[\d.]+ s/, '')));
    const lines = await said(merged);
    expect(lines.filter((what) => !what.startsWith('Computed on 3'))).toEqual(await said(single));
  });

  test('a part that is computed again is the same', async () => {
    const job = jobOf({ method: 'pmr', task: { NR: 4 }, options: scan('srcyx') });
    const [one, two] = [memoryStore(), memoryStore()];
    await runPart(job, memoryIo(files).io, { from: 1, to: 2 }, one);
    await runPart(job, memoryIo(files).io, { from: 0, to: 5 }, two);
    expect(two.objects.get('slice-00001')).toEqual(one.objects.get('slice-00001'));
  });

  test('parts of different data are not merged', async () => {
    const job = jobOf({ options: scan('srcyx') });
    const store = memoryStore();
    await runPart(job, memoryIo(files).io, { from: 0, to: 2 }, store);
    const louder = new Float32Array(made.noise().data).map((v) => 2 * v);
    const others = { ...files, 'noise.npy': npy([coils, made.settings.noiseReadouts, nx], louder) };
    await runPart(job, memoryIo(others).io, { from: 2, to: 5 }, store);
    const two = [ranges[0]!, { from: 2, to: 5 }];
    const merge = runJob(job, memoryIo({}).io, () => {}, undefined, mergedMaps(two, store));
    await expect(merge).rejects.toMatchObject({ code: 'MRO_JOB_PARTS' });
  });

  test.each([[[ranges[0]!, ranges[2]!]], [[]]])('slices that are missing are noticed: %j', async (some) => {
    const merge = inParts(jobOf({ options: scan('srcyx') }), some);
    await expect(merge).rejects.toMatchObject({ code: 'MRO_JOB_PARTS' });
  });

  test('a range beyond the image fails, with a bundle that says so', async () => {
    const memory = memoryIo(files);
    const part = runPart(jobOf({ options: scan('srcyx') }), memory.io, { from: 4, to: 6 }, memoryStore());
    await expect(part).rejects.toMatchObject({ code: 'MRO_JOB_PARTS' });
    expect((await memory.failure()).failure?.code).toBe('MRO_JOB_PARTS');
  });
});
