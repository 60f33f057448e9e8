import { methodNames, reconstructionNames } from '@mroptimum/contract';
import { Command, Option } from 'commander';
import { execute, type RunOptions } from '../execute.ts';
import { jobOf, type SnrOptions } from '../task.ts';
import type { Terminal } from '../terminal.ts';
import { axes, lines, mask, pair, positiveNumber, sensitivities, spacing, wholeNumber } from '../values.ts';
import { addRunOptions } from './shared.ts';

const examples = `
Examples:
  A Siemens file with its noise adjustment scan inside (multi-RAID):
    mroptimum snr meas.dat
  A separate noise scan, B1-weighted combination, ESPIRiT sensitivities, coil maps written too:
    mroptimum snr meas.dat --noise noise.dat --recon b1 --sensitivities espirit --coils
  SENSE after retrospective undersampling, 24 calibration lines:
    mroptimum snr meas.dat --noise noise.dat --recon sense --decimate --accelerations 1,2 --acl null,24 --gfactor
  GRAPPA, 100 pseudo replicas, on arrays; the noise kept its readout oversampling:
    mroptimum snr signal.npy --axes xyc --noise noise.npy --noise-scale 0.5 \\
      --method pmr --recon grappa --decimate --accelerations 1,2 --acl 48,48 --replicas 100
  Numbers for a script:
    mroptimum snr meas.dat --json | jq .snr.median`;

/** `mroptimum snr SIGNAL`: from a raw file to the result bundle. */
export function snrCommand(terminal: Terminal): Command {
  const command = new Command('snr')
    .description('SNR map of a raw file (Siemens twix, ISMRMRD, BART cfl, NumPy npy/npz, MATLAB mat)')
    .argument('<signal>', 'raw file of the image');
  return addRunOptions(addSnrOptions(command))
    .addHelpText('after', examples)
    .action((signal: string, options: SnrOptions & RunOptions) =>
      execute(jobOf(signal, options), options, terminal),
    );
}

/** What is calculated: the same options here and on a server. */
export function addSnrOptions(command: Command): Command {
  return command
    .option(
      '-n, --noise <file>',
      'raw file of the noise scan; a noise scan inside the signal file is found by itself',
    )
    .option('--multiraid', 'insist on the noise scan inside the signal file')
    .addOption(
      new Option(
        '-m, --method <name>',
        'analytic, multiple replicas, pseudo replicas, generalised, difference image',
      )
        .choices([...methodNames])
        .default('ac'),
    )
    .addOption(
      new Option('-r, --recon <name>', 'reconstruction').choices([...reconstructionNames]).default('rss'),
    )
    .option('--decimate', 'undersample fully sampled data afterwards')
    .option('--accelerations <x,y>', 'readout,phase', pair)
    .option('--acl <x,y>', 'calibration lines readout,phase; null: all', lines)
    .option('--kernel <x,y>', 'GRAPPA patch readout,phase (default 5,5)', pair)
    .option(
      '--sensitivities <how>',
      'inner, innerACL, espirit[:k,r,t,c], or a file of maps or of a reference scan',
      sensitivities,
      'inner',
    )
    .option('--sensitivities-axes <letters>', 'axes of the file of maps (default xyc or xysc)', axes)
    .option('--body-coil <file>', 'body-coil image by which coil images are divided')
    .addOption(
      new Option('--window <name>', 'over the calibration block').choices(['hann', 'none']).default('hann'),
    )
    .option(
      '--mask <how>',
      'no, reference, threshold:V, percentage:V, percentagemean:V, espirit[:k,r,t,c], or a file',
      mask,
      'no',
    )
    .option('--mask-axes <letters>', 'axes of an array mask (default xy or xys)', axes)
    .option('--replicas <n>', 'synthetic replicas of pmr (default 100) and cr (default 6)', wholeNumber(2))
    .option('--box <n>', 'half-width of the neighbourhood of cr and di, pixels (default 9)', wholeNumber(1))
    .option('--seed <n>', 'of the synthetic replicas (default 0)', wholeNumber(0))
    .option('--axes <letters>', 'axes of an array: x y z s c r; repetitions: xycr', axes)
    .option(
      '--noise-axes <letters>',
      'axes of a noise array (default: those of the signal; nc: a list of samples)',
      axes,
    )
    .option('--noise-scale <x>', 'the image noise is x times that of the noise scan', positiveNumber)
    .option('--noise-bandwidth <b>', 'noise-equivalent bandwidth instead of the measured one', positiveNumber)
    .option('--spacing <mm>', 'voxel size of an array, x,y,z', spacing)
    .option('--variable <name>', 'variable of an npz or mat file')
    .option('--noise-variable <name>', 'variable of an npz or mat noise file')
    .option('--flip-angle <file>', 'flip-angle map in degrees: also write SNR / sin(FA)')
    .option('--gfactor', 'also write the g-factor (sense, grappa)')
    .option('--coils', 'also write the coil sensitivities')
    .option('--matlab', 'also write matlab.mat');
}
