import {
  type SimulationFormat,
  simulation,
  simulationFormats,
  writeSimulation,
} from '@mroptimum/calculation/local';
import { Command, Option } from 'commander';
import type { Terminal } from '../terminal.ts';
import { pair, positiveNumber, wholeNumber } from '../values.ts';

interface SimulateOptions {
  out: string;
  format: SimulationFormat;
  coils: number;
  matrix: [number, number];
  slices: number;
  repetitions: number;
  snr: number;
  correlation: number;
  oversampling: number;
  acceleration: number;
  acsLines: number;
  acs: 'separate' | 'integrated';
  partialFourier: number;
  noiseReadouts: number;
  seed: number;
  json?: boolean;
}

const examples = `
Examples:
  mroptimum simulate --out phantom
  mroptimum simulate --format twix --oversampling 2 --slices 5 --coils 16 --out phantom
  mroptimum simulate --repetitions 100 --snr 30 --out replicas
Beside the files lie simulation.json and the truth as NumPy arrays: truth/sensitivities.npy (s c y x),
truth/object.npy (s y x), truth/covariance.npy and truth/snr.npy (of b1 or SENSE with the true sensitivities, from
full k-space; left out with partial Fourier).`;

/** `mroptimum simulate`: an acquisition whose truth is known. */
export function simulateCommand(terminal: Terminal): Command {
  return new Command('simulate')
    .description('simulate an acquisition with noise scan, and write its truth beside it')
    .option('-o, --out <folder>', 'where to write', 'mroptimum-simulation')
    .addOption(
      new Option('-f, --format <name>', 'of signal and noise').choices([...simulationFormats]).default('npy'),
    )
    .option('--coils <n>', '', wholeNumber(1), 8)
    .option('--matrix <x,y>', 'readout,phase', pair, [96, 96])
    .option('--slices <n>', '', wholeNumber(1), 1)
    .option('--repetitions <n>', '', wholeNumber(1), 1)
    .option('--snr <x>', 'of the fully sampled, optimally combined image at its centre', positiveNumber, 60)
    .option('--correlation <r>', "of neighbouring coils' noise, 0 … below 1", fraction, 0.3)
    .option('--oversampling <n>', 'along the readout (twix)', wholeNumber(1), 1)
    .option('--acceleration <n>', 'along phase', wholeNumber(1), 1)
    .option('--acs-lines <n>', 'calibration lines of accelerated data', wholeNumber(0), 24)
    .addOption(
      new Option('--acs <how>', 'calibration lines (arrays: always in the image)')
        .choices(['separate', 'integrated'])
        .default('separate'),
    )
    .option('--partial-fourier <f>', 'part of the phase lines that is acquired', fraction, 1)
    .option('--noise-readouts <n>', 'of the noise scan', wholeNumber(2), 256)
    .option('--seed <n>', '', wholeNumber(0), 1)
    .option('--json', 'print one JSON object')
    .addHelpText('after', examples)
    .action(async ({ out, format, oversampling, json, ...settings }: SimulateOptions) => {
      const made = simulation({ ...settings, readoutOversampling: oversampling });
      const files = await writeSimulation(made, out, format);
      if (json) {
        terminal.out(`${JSON.stringify({ ok: true, out, ...files })}\n`);
        return;
      }
      const axes = files.axes === undefined ? '' : ` --axes ${files.axes}`;
      const noise = files.noise === undefined ? '' : ` --noise ${out}/${files.noise}`;
      const noiseAxes = files.noiseAxes === undefined ? '' : ` --noise-axes ${files.noiseAxes}`;
      terminal.out(
        `Simulated acquisition in ${out}. Its SNR map:\n  mroptimum snr ${out}/${files.signal}${axes}${noise}${noiseAxes}\n`,
      );
    });
}

function fraction(text: string): number {
  return text.trim() === '0' ? 0 : positiveNumber(text);
}
