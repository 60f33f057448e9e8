import { describeRaw, type RawDescription } from '@mroptimum/calculation/local';
import { Command } from 'commander';
import type { Terminal } from '../terminal.ts';
import { axes } from '../values.ts';

/** `mroptimum info FILE`: what a raw file says about itself. */
export function infoCommand(terminal: Terminal): Command {
  return new Command('info')
    .description('what a raw file says about its acquisition (never who was scanned)')
    .argument('<file>')
    .option('--axes <letters>', 'axes of an array', axes)
    .option('--variable <name>', 'variable of an npz or mat file')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nExamples:\n  mroptimum info meas.dat\n  mroptimum info signal.npy --axes xyc --json',
    )
    .action(
      async (file: string, { json, ...options }: { json?: boolean; axes?: string; variable?: string }) => {
        const description = await describeRaw(file, options);
        terminal.out(json ? `${JSON.stringify(description)}\n` : text(description));
      },
    );
}

function text({ file, bytes, header, notes, estimate }: RawDescription): string {
  const { geometry, system, noise } = header;
  const numbers = (values: readonly number[], digits: number): string =>
    values.map((v) => v.toFixed(digits)).join(' × ');
  const microseconds = (value: number): string => `${(value * 1e6).toFixed(2)} µs per sample`;
  const rows: [string, string | undefined][] = [
    ['file', `${file}, ${(bytes / 1e6).toFixed(1)} MB`],
    ['format', `${header.format} ${header.variant}`],
    [
      'system',
      system &&
        [system.vendor, system.model, system.fieldStrength && `${system.fieldStrength.toFixed(2)} T`]
          .filter(Boolean)
          .join(', '),
    ],
    ['protocol', header.protocol],
    ['sequence', header.sequence],
    [
      'matrix',
      `${Math.round(header.readout / header.readoutOversampling)} × ${header.phase}${header.partitions > 1 ? ` × ${header.partitions} partitions` : ''}`,
    ],
    [
      'oversampling',
      header.readoutOversampling === 1 ? undefined : `${header.readoutOversampling} along the readout`,
    ],
    ['coils', String(header.coils)],
    ['slices', String(header.slices)],
    ['repetitions', String(header.repetitions)],
    ['averages', String(header.averages)],
    ['acceleration', `${header.acceleration.join(' × ')}, ${header.referenceLines} reference lines`],
    ['dwell time', header.dwellTime === undefined ? undefined : microseconds(header.dwellTime)],
    ['voxel', geometry && `${numbers(geometry.spacing, 3)} mm`],
    ['origin', geometry && `${numbers(geometry.origin, 1).replaceAll(' × ', ', ')} mm (LPS)`],
    [
      'noise',
      noise
        ? `${noise.source}: ${noise.readouts} × ${noise.samplesPerReadout} samples, ${noise.coils} coils${noise.dwellTime === undefined ? '' : `, ${microseconds(noise.dwellTime)}`}`
        : 'none in this file',
    ],
    [
      'ac × rss',
      `about ${Math.max(1, Math.ceil(estimate.seconds))} s on one thread, at most ${Math.ceil(estimate.bytes / 1e6)} MB`,
    ],
    ...notes.map((note): [string, string] => ['note', note]),
  ];
  return rows
    .filter((row): row is [string, string] => row[1] !== undefined && row[1] !== '')
    .map(([name, value]) => `${name.padEnd(14)}${value}\n`)
    .join('');
}
