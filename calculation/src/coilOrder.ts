import type { AcquisitionHeader, NoiseSamples } from '@mroptimum/rawdata';
import type { JobLog } from './log.ts';

type NamedCoils = Pick<AcquisitionHeader, 'coilNames'>;

/**
 * Noise of another file with its coils in the order of the image: a covariance in another order would give a
 * wrong map without anyone noticing. Where the names of the coils cannot tell, the order stays and a warning
 * says what differs.
 */
export function inImageOrder(
  samples: NoiseSamples,
  noise: NamedCoils,
  image: NamedCoils,
  log: Pick<JobLog, 'say' | 'warn'>,
): NoiseSamples {
  const coils = samples.samples.shape[0]!;
  const theirs = noise.coilNames ?? [];
  const ours = image.coilNames ?? [];
  if (theirs.length !== coils || ours.length !== coils || theirs.every((name, i) => name === ours[i]))
    return samples;
  const order = ours.map((name) => theirs.indexOf(name));
  if (order.includes(-1) || new Set(order).size !== coils) {
    log.warn(`The coils of the noise are named ${theirs.join(', ')}, those of the image ${ours.join(', ')}.`);
    return samples;
  }
  log.say('The coils of the noise were brought into the order of the image by their names.');
  const { data, shape } = samples.samples;
  const size = data.length / coils;
  const sorted = new Float32Array(data.length);
  order.forEach((from, to) => {
    sorted.set(data.subarray(from * size, (from + 1) * size), to * size);
  });
  return { ...samples, samples: { data: sorted, shape } };
}
