import { describe, expect, test } from 'vitest';
import { lambdaThreads } from './aws/lambdaThreads.ts';
import { choosePlan, type Machines, type Need, rangesOf } from './platform.ts';

const gb = 1e9;
const gib = 2 ** 30;
const machines = (more: Partial<Machines> = {}): Machines => ({
  architecture: 'x64',
  lambda: { memoryBytes: 8 * gib, diskBytes: 10 * gib },
  fanOutSeconds: 240,
  partSeconds: 90,
  concurrency: 20,
  ...more,
});
const need = (more: Partial<Need> = {}): Need => ({
  seconds: 10,
  bytes: () => gb,
  inputBytes: 0.1 * gb,
  slices: 40,
  mapBytes: 50e6,
  ...more,
});

describe('where a job runs', () => {
  test('small ones on a function, for cents', () => {
    const plan = choosePlan(need(), machines());
    expect(plan).toMatchObject({ platform: 'lambda', fanOut: false, ranges: [], concurrency: 1 });
    // 10 s × 1.5 on 5 threads, and 1.25 s to read: 4.25 s × (8 GB × 16.67 µ$ + 9.5 GB × 31 n$).
    expect(plan.estimate.seconds).toBeCloseTo(4.25, 0);
    expect(plan.estimate.usd).toBeCloseTo(4.25 * (8 * 1.66667e-5 + 9.5 * 3.09e-8), 3);
    expect(plan.estimate.pricesAsOf).toMatch(/^\d{4}-\d{2}-\d{2}$/);
  });

  test('more processors are no use to a single slice', () => {
    const one = choosePlan(need({ slices: 1 }), machines({ fanOutSeconds: 1e9 }));
    expect(one.estimate.seconds).toBeGreaterThan(3 * choosePlan(need(), machines()).estimate.seconds);
  });

  test.each<[string, Partial<Need>]>([
    ['15 minutes, with the certainty of the estimate', { seconds: 4000, slices: 5 }],
    ['its memory', { bytes: () => 9 * gb }],
    ['its disk', { inputBytes: 12 * gb }],
    ['10 GB, however much the function was given', { bytes: () => 10 * gib }],
  ])('on Fargate beyond %s', (_, more) => {
    const roomy = machines({ fanOutSeconds: 1e9, lambda: { memoryBytes: 10.2 * gib, diskBytes: 10 * gib } });
    expect(choosePlan(need(), roomy).platform).toBe('lambda');
    expect(choosePlan(need({ ...more }), machines({ fanOutSeconds: 1e9 })).platform).toBe('fargate');
  });

  test.each([
    [1, '2048', '4096'],
    [10, '2048', '11264'],
    [20, '4096', '22528'],
    [80, '16384', '90112'],
  ])('%d GB of memory: a task of %s units and %s MiB', (memory, cpu, size) => {
    const all = machines({ lambda: { memoryBytes: gib / 4, diskBytes: gib }, fanOutSeconds: 1e9 });
    const plan = choosePlan(need({ bytes: () => memory * gb }), all);
    expect(plan.platform).toBe('fargate');
    expect(plan.task).toMatchObject({ cpu, memory: size });
    expect(Number(plan.task.memory) * 2 ** 20).toBeGreaterThan(memory * gb);
  });

  test('long ones get more processors, room for their files, and time', () => {
    const plan = choosePlan(
      need({ seconds: 20_000, slices: 64, inputBytes: 50 * gb }),
      machines({ fanOutSeconds: 1e9 }),
    );
    expect(Number(plan.task.cpu)).toBeGreaterThan(8000);
    expect(plan.task.diskGiB * gib).toBeGreaterThan(50 * gb);
    expect(plan.timeoutSeconds).toBeGreaterThan(2 * plan.estimate.seconds);
    expect(plan.timeoutSeconds).toBeLessThanOrEqual(24 * 3600);
  });
});

describe('a divided job', () => {
  const long = need({ seconds: 6000, slices: 40 });

  test('is computed by as many machines as it takes, so many at a time, with their cost', () => {
    const plan = choosePlan(long, machines({ concurrency: 8 }));
    expect(plan).toMatchObject({ platform: 'lambda', fanOut: true, concurrency: 8 });
    expect(plan.ranges.length).toBe(20);
    const whole = choosePlan(long, machines({ fanOutSeconds: 1e9 }));
    expect(plan.estimate.seconds).toBeLessThan(whole.estimate.seconds);
    expect(plan.estimate.usd).toBeGreaterThan(0.1);
    expect(plan.estimate.usd).toBeLessThan(5);
  });

  test.each([1, 2, 7, 40])('has ranges that hold each of %d slices once', (parts) => {
    const ranges = rangesOf(40, parts);
    expect(ranges.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, i) => from + i))).toEqual(
      Array.from({ length: 40 }, (_, i) => i),
    );
  });

  test('is not divided where it has one slice, is short, or its maps are too large to merge', () => {
    for (const more of [{ slices: 1 }, { seconds: 100 }, { mapBytes: 6 * gb }])
      expect(choosePlan({ ...long, ...more }, machines()).fanOut).toBe(false);
  });

  test('runs on Fargate where a part does not fit a function', () => {
    expect(choosePlan({ ...long, bytes: () => 20 * gb }, machines())).toMatchObject({
      platform: 'fargate',
      fanOut: true,
    });
  });
});

test('a function gets a processor for each 1769 MB', () => {
  expect([512, 1769, 3538, 10_240].map((mb) => lambdaThreads(mb * 2 ** 20))).toEqual([1, 1, 2, 6]);
});
