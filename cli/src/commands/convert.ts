import { convertRaw, type RawOutputFormat, rawFormats } from '@mroptimum/calculation/local';
import { Command, Option } from 'commander';
import type { Terminal } from '../terminal.ts';
import { axes } from '../values.ts';

interface ConvertOptions {
  out: string;
  format: RawOutputFormat;
  axes?: string;
  variable?: string;
  json?: boolean;
}

/** `mroptimum convert FILE`: k-space and noise of a raw file as arrays. */
export function convertCommand(terminal: Terminal): Command {
  return new Command('convert')
    .description('write k-space and noise of a raw file as arrays, readout oversampling removed')
    .argument('<file>')
    .option('-o, --out <folder>', 'where to write', 'mroptimum-converted')
    .addOption(new Option('-f, --format <name>').choices([...rawFormats]).default('npy'))
    .option('--axes <letters>', 'axes of an array', axes)
    .option('--variable <name>', 'variable of an npz or mat file')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nExamples:\n  mroptimum convert meas.dat --out arrays\n  mroptimum convert scan.h5 --format cfl',
    )
    .action(async (file: string, { out, format, json, ...options }: ConvertOptions) => {
      const converted = await convertRaw(file, out, format, options);
      if (json) {
        terminal.out(`${JSON.stringify({ ok: true, out, ...converted })}\n`);
        return;
      }
      const { signal, noise, noiseScale } = converted;
      const axesOf = (name: string, value: string | undefined): string =>
        value === undefined ? '' : ` ${name} ${value}`;
      const noiseOptions = noise
        ? ` --noise ${out}/${noise.file}${axesOf('--noise-axes', noise.axes)} --noise-scale ${noiseScale}`
        : '';
      for (const note of converted.notes) terminal.err(`Note: ${note}\n`);
      terminal.out(
        `Written to ${out}. Its SNR map:\n  mroptimum snr ${out}/${signal.file}${axesOf('--axes', signal.axes)}${noiseOptions}\n`,
      );
    });
}
