import { MroError } from '@mroptimum/contract';
import { createKernels } from '@mroptimum/snr/kernels';
import { simulate } from '@mroptimum/snr/simulate';
import { describe, expect, test } from 'vitest';
import { fileRef, jobOf, memoryIo, npy, uploadedMaps } from '../test/jobs.ts';
import { asMroError } from './errors.ts';
import { runJob } from './run.ts';

const coils = 4;
const made = simulate(createKernels(), { coils, matrix: [32, 32], seed: 3 });
const files = {
  'signal.npy': npy([coils, 32, 32], made.slice(0).kspace.data),
  'noise.npy': npy([coils, 256, 32], made.noise().data),
  'fewer.npy': npy([2, 256, 32], made.noise().data.slice(0, 2 * 2 * 256 * 32)),
  'dead.npy': npy([coils, 256, 32], new Float32Array(2 * coils * 256 * 32)),
};

describe('a job that fails', () => {
  test.each([
    ['text that is no JSON', '{"task":', 'MRO_TASK_JSON'],
    ['an unknown method', jobOf({ method: 'magic' }), 'MRO_TASK_INVALID'],
    [
      'a missing signal',
      jobOf({ options: { signal: fileRef('gone.npy', { axes: 'cyx' }) } }),
      'MRO_JOB_FETCH',
    ],
    ['an array without axes', jobOf({ options: { signal: fileRef('signal.npy') } }), 'MRO_RAW_AXES'],
    [
      'noise of other coils',
      jobOf({ options: { noise: fileRef('fewer.npy', { axes: 'cyx' }) } }),
      'MRO_JOB_NOISE_COILS',
    ],
    [
      'dead coils',
      jobOf({ options: { noise: fileRef('dead.npy', { axes: 'cyx' }) } }),
      'MRO_SNR_NOISE_SINGULAR',
    ],
    [
      'noise that is not there',
      jobOf({ options: { noise: fileRef('signal.npy') } }),
      'MRO_JOB_NOISE_MISSING',
    ],
    ['repetitions that are not there', jobOf({ method: 'mr' }), 'MRO_SNR_REPLICAS'],
    [
      'sensitivities without a file',
      jobOf({ recon: 'b1', options: { sensitivityMap: { options: { sensitivityMapMethod: 'upload' } } } }),
      'MRO_TASK_COMBINATION',
    ],
    [
      'sensitivities of other coils',
      jobOf({ recon: 'b1', options: uploadedMaps(fileRef('fewer.npy', { axes: 'cyx' })) }),
      'MRO_JOB_SENSITIVITIES',
    ],
    [
      'a correction without a map',
      jobOf({ options: { correction: { useCorrection: true } } }),
      'MRO_TASK_COMBINATION',
    ],
  ])('%s: leaves a failure bundle with code, message, hint and log', async (_, job, code) => {
    const memory = memoryIo(files);
    await expect(runJob(job, memory.io)).rejects.toMatchObject({ code, name: 'MroError' });
    expect(memory.finished).toEqual(['failure']);
    expect(memory.open.size).toBe(0);
    const bundle = await memory.failure();
    expect(bundle.files.names.toSorted()).toEqual(['error.json', 'event.json', 'info.json', 'options.json']);
    expect(bundle.failure).toMatchObject({ code });
    expect(bundle.failure!.message.length).toBeGreaterThan(10);
    expect(bundle.failure!.hint.length).toBeGreaterThan(10);
    expect(bundle.info.headers.log.at(-1)).toMatchObject({ type: 'ERROR', settings: { code } });
  });

  test('memory beyond the limit is refused before the start', async () => {
    const memory = memoryIo(files, { memoryLimit: 1e6 });
    await expect(runJob(jobOf(), memory.io)).rejects.toMatchObject({ code: 'MRO_JOB_MEMORY' });
  });

  test('no token, e-mail address, signature or folder reaches the failure bundle', async () => {
    const secrets = {
      ...jobOf({ options: { signal: fileRef('/home/jane.doe/gone.npy', { axes: 'cyx' }) } }),
      token: 'secret-token-1',
      alias: 'for someone@example.org',
      user: { email: 'someone@example.org' },
      presigned_upload_url: 'https://bucket.example.org/key?X-Amz-Signature=secret-token-2',
    };
    for (const event of [secrets, JSON.stringify(secrets), `${JSON.stringify(secrets)}}`]) {
      const memory = memoryIo(files);
      await expect(runJob(event, memory.io)).rejects.toThrow();
      const bundle = await memory.failure();
      for (const name of bundle.files.names) {
        const text = new TextDecoder().decode(await bundle.files.read(name));
        expect(text).not.toMatch(/secret-token|someone@|jane\.doe/);
      }
    }
  });

  test('a failure bundle that cannot be written does not hide the error', async () => {
    const memory = memoryIo(files, { failure: () => Promise.reject(new TypeError('no disk')) });
    await expect(runJob(jobOf({ method: 'magic' }), memory.io)).rejects.toMatchObject({
      code: 'MRO_TASK_INVALID',
    });
    expect(memory.log.at(-1)!.what).toContain('no disk');
  });
});

test('memory that the machine does not have is named as such', () => {
  for (const demand of [() => new ArrayBuffer(2 ** 50), () => new Float32Array(2 ** 52)]) {
    let thrown: unknown;
    try {
      demand();
    } catch (error) {
      thrown = error;
    }
    expect(asMroError(thrown)).toMatchObject({ code: 'MRO_JOB_MEMORY', cause: thrown });
  }
  expect(asMroError(new RangeError('Invalid time value')).code).toBe('MRO_INTERNAL');
});

describe('a job that is cancelled', () => {
  test.each([0, 0.06, 0.5])('at %d leaves nothing behind', async (at) => {
    const memory = memoryIo(files);
    const abort = new AbortController();
    if (at === 0) abort.abort();
    const job = jobOf({ method: 'pmr', task: { NR: 200 } });
    const running = runJob(job, memory.io, (done) => void (done >= at && abort.abort()), abort.signal);
    await expect(running).rejects.toMatchObject({ code: expect.stringMatching(/_ABORTED$/) });
    expect(memory.finished).toEqual([]);
    expect(memory.open.size).toBe(0);
  });

  test('for a reason of its own counts as cancelled, on one thread and on two', async () => {
    for (const threads of [1, 2]) {
      const memory = memoryIo(files, { threads });
      const abort = new AbortController();
      const job = jobOf({ method: 'pmr', task: { NR: 200 } });
      const stop = (done: number): void => {
        if (done > 0.06) abort.abort(new Error('closed by the user'));
      };
      await expect(runJob(job, memory.io, stop, abort.signal)).rejects.toMatchObject({
        code: 'MRO_JOB_ABORTED',
      });
      expect(memory.finished).toEqual([]);
    }
  });
});

test('whatever notices first that the time is over, the error says so', () => {
  const late = new AbortController();
  const reason = new MroError('MRO_JOB_TIME', 'The time is over.');
  late.abort(reason);
  const cancelled = new AbortController();
  cancelled.abort();
  for (const error of [
    new MroError('MRO_RAW_ABORTED', 'Reading was cancelled.'),
    new MroError('MRO_JOB_ABORTED', 'The calculation was cancelled.'),
    new DOMException('aborted', 'AbortError'),
  ]) {
    expect(asMroError(error, late.signal)).toBe(reason);
    expect(asMroError(error, cancelled.signal).code).toMatch(/_ABORTED$/);
  }
  const other = new MroError('MRO_RAW_READ', 'The disk failed.');
  expect(asMroError(other, late.signal)).toBe(other);
});
