import { type DemoRow, demoScenario, runDemo } from '@mroptimum/calculation/local';
import { Command } from 'commander';
import type { Terminal } from '../terminal.ts';
import { wholeNumber } from '../values.ts';

/** `mroptimum demo`: every method × reconstruction on a simulated acquisition, against the known truth. */
export function demoCommand(terminal: Terminal): Command {
  return new Command('demo')
    .description('simulate an acquisition and compare every method × reconstruction with the known truth')
    .option('-o, --out <folder>', 'where everything is written', 'mroptimum-demo')
    .option('-t, --threads <n>', 'threads (default: all cores)', wholeNumber(1))
    .action(async ({ out, threads }: { out: string; threads?: number }) => {
      terminal.out(`Simulating ${demoScenario}.\n\n${header}`);
      const { contactSheet } = await runDemo(out, (row) => terminal.out(line(row)), threads);
      terminal.out(
        `\nRatio: SNR map / true SNR, over the pixels whose true SNR is above 20. Scatter: what the method's own statistics predict for one pixel.\n`,
      );
      terminal.out(
        `Acquisition, truth and one result bundle per line: ${out}\nAll maps in one picture: ${contactSheet}\n`,
      );
    });
}

const columns = ['method', 'reconstruction', 'median SNR', 'ratio', '5 %', '95 %', 'scatter', 'seconds'];
const widths = columns.map((name) => Math.max(9, name.length + 2));
const row = (cells: readonly string[]): string =>
  `${cells.map((cell, i) => cell.padEnd(widths[i]!)).join('')}\n`;
const header = row(columns) + row(widths.map((width) => '─'.repeat(width - 2)));

function line({ method, reconstruction, ratio, expectedScatter, medianSnr, seconds }: DemoRow): string {
  return row([
    method,
    reconstruction,
    medianSnr.toFixed(1),
    ratio.median.toFixed(3),
    ratio.p5.toFixed(3),
    ratio.p95.toFixed(3),
    `± ${(100 * expectedScatter).toFixed(1)} %`,
    seconds.toFixed(2),
  ]);
}
