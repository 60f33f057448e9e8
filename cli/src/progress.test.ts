import { expect, test } from 'vitest';
import { progressOn } from './progress.ts';

function recorder(interactive: boolean) {
  const written: string[] = [];
  const terminal = {
    out: () => {},
    err: (text: string) => written.push(text),
    interactive,
    columns: 80,
    onInterrupt: () => () => {},
  };
  return { terminal, written };
}
const entry = (what: string, type = 'procedure') => ({ when: '', what, type });

test('plain lines: the log and every tenth once, without slices', () => {
  const { terminal, written } = recorder(false);
  const progress = progressOn(terminal, false);
  progress.log(entry('Opened a.dat.'));
  for (let i = 0; i <= 100; i++) progress.fraction(i / 100);
  progress.log(entry('Slice 1 of 2 computed.'));
  progress.log(entry('Padded.', 'warning'));
  progress.end();
  expect(written.join('')).toBe(
    `Opened a.dat.\n${[10, 20, 30, 40, 50, 60, 70, 80, 90].map((p) => `${p} %\n`).join('')}Note: Padded.\n`,
  );
});

test('a bar on a terminal is redrawn in one line and taken away', () => {
  const { terminal, written } = recorder(true);
  let clock = 0;
  const progress = progressOn(terminal, false, () => clock);
  clock = 10_000;
  progress.fraction(0.5);
  expect(written.at(-1)).toMatch(/^\r.*█{20}░{20} {2}50 % {2}10 s left$/);
  progress.log(entry('Opened a.dat.'));
  progress.end();
  expect(written.join('')).not.toContain('\n');
  expect(written.at(-1)).toBe('\r\x1b[K');
});

test('quiet says nothing', () => {
  const { terminal, written } = recorder(true);
  const progress = progressOn(terminal, true);
  progress.fraction(0.5);
  progress.end();
  expect(written).toEqual([]);
});
