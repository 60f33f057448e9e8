import type { Protocol } from '../header/protocol.ts';

/** Readout trajectory of one line: where its samples lie and how densely. */
export interface ReadoutTrajectory {
  /** k of each sample in grid units (1 / full field of view with oversampling), centre 0. */
  readonly k: Float64Array;
  /** Local distance of the samples in grid units: gradient over its mean; 1 everywhere without ramp sampling. */
  readonly density: Float64Array;
}

/** Samples at equal distance, centre on sample `centre`. */
export const uniformTrajectory = (samples: number, centre: number): ReadoutTrajectory => ({
  k: Float64Array.from({ length: samples }, (_, i) => i - centre),
  density: new Float64Array(samples).fill(1),
});

/** Times of a ramp-sampled readout in microseconds, from the protocol. */
export interface RampSampling {
  readonly shape: 'trapezoid' | 'sinusoid';
  readonly rampUp: number;
  readonly flatTop: number;
  readonly rampDown: number;
  /** From the start of the gradient to the start of the acquisition. */
  readonly delay: number;
  readonly duration: number;
}

/** The ramp sampling that the protocol describes, or undefined where the readout is uniform. */
export function rampSampling(protocol: Protocol): RampSampling | undefined {
  const mode = protocol.numbers('alRegridMode')[0];
  if (mode !== 2 && mode !== 4) return undefined;
  const value = (name: string): number => protocol.numbers(name)[0] ?? Number.NaN;
  const ramp: RampSampling = {
    shape: mode === 2 ? 'trapezoid' : 'sinusoid',
    rampUp: value('alRegridRampupTime'),
    flatTop: value('alRegridFlattopTime'),
    rampDown: value('alRegridRampdownTime'),
    delay: value('alRegridDelaySamplesTime'),
    duration: value('aflRegridADCDuration'),
  };
  const total = ramp.rampUp + ramp.flatTop + ramp.rampDown;
  const whole = ramp.delay >= 0 && ramp.duration > 0 && ramp.delay + ramp.duration <= total * 1.001;
  return whole ? ramp : undefined;
}

/**
 * Samples on the ramps of the gradient: k(t) = ∫g dt, centred on the middle of the acquisition and scaled so that
 * the acquisition spans as many grid steps as it has samples.
 */
export function rampTrajectory(ramp: RampSampling, samples: number): ReadoutTrajectory {
  const { rampUp, flatTop, rampDown, delay, duration } = ramp;
  const total = rampUp + flatTop + rampDown;
  const edge = (fraction: number): number =>
    ramp.shape === 'trapezoid' ? fraction : Math.sin((Math.PI / 2) * fraction);
  const area = (fraction: number): number =>
    ramp.shape === 'trapezoid' ? fraction ** 2 / 2 : (2 / Math.PI) * (1 - Math.cos((Math.PI / 2) * fraction));
  const gradient = (t: number): number => {
    if (t < rampUp) return edge(t / rampUp);
    return t <= rampUp + flatTop ? 1 : edge(Math.max(0, total - t) / rampDown);
  };
  const moment = (t: number): number => {
    if (t < rampUp) return rampUp * area(t / rampUp);
    if (t <= rampUp + flatTop) return rampUp * area(1) + t - rampUp;
    return rampUp * area(1) + flatTop + rampDown * (area(1) - area(Math.max(0, total - t) / rampDown));
  };
  const dwell = duration / samples;
  const span = moment(delay + duration) - moment(delay);
  const middle = moment(delay + duration / 2);
  const time = Float64Array.from({ length: samples }, (_, i) => delay + (i + 0.5) * dwell);
  const mean = time.reduce((sum, t) => sum + gradient(t), 0) / samples;
  return {
    k: time.map((t) => ((moment(t) - middle) * samples) / span),
    density: time.map((t) => gradient(t) / mean),
  };
}
