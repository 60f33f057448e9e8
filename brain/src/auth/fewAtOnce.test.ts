import { expect, test } from 'vitest';
import { fewAtOnce } from './fewAtOnce.ts';

test('no more than so many run, some wait, the rest is sent away, and places are freed', async () => {
  const limited = fewAtOnce(2, 3);
  let running = 0;
  let most = 0;
  const work = async () => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setTimeout(resolve, 5));
    running -= 1;
    return 'done';
  };
  const answers = await Promise.allSettled(Array.from({ length: 7 }, () => limited(work)));
  expect(most).toBe(2);
  expect(answers.map(({ status }) => status)).toEqual([
    ...Array.from({ length: 5 }, () => 'fulfilled'),
    'rejected',
    'rejected',
  ]);
  expect(await limited(work)).toBe('done');
});

test('work that fails frees its place', async () => {
  const limited = fewAtOnce(1, 1);
  await expect(limited(() => Promise.reject(new TypeError('no')))).rejects.toThrow('no');
  expect(await limited(async () => 1)).toBe(1);
});
