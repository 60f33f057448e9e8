import { type BundleMap, memoryZipSink, writeBundle } from '@mroptimum/bundle';
import {
  type Brain,
  type Geometry,
  resultFinishedSchema,
  resultMaps,
  uploadStartedSchema,
} from '@mroptimum/contract';

/** What a made-up result looks like. */
export interface MadeResult {
  readonly slices: number;
  readonly matrix: number;
  /** Values lie around this. */
  readonly scale?: number;
  readonly geometry?: Geometry;
  readonly coils?: number;
  readonly method?: string;
}

/** An oblique, anisotropic place: turned by 20° about z and 12° about x. */
export const oblique: Geometry = (() => {
  const [a, b] = [(20 * Math.PI) / 180, (12 * Math.PI) / 180];
  const [c, s, cb, sb] = [Math.cos(a), Math.sin(a), Math.cos(b), Math.sin(b)];
  return {
    origin: [-95, 80, -30],
    spacing: [1.5, 1.1, 4],
    direction: [c, s * cb, s * sb, -s, c * cb, c * sb, 0, -sb, cb],
  };
})();

/** SNR of a ball with a dark middle, noise beside it: the same numbers every time. */
export function snrValues({ slices, matrix, scale = 40 }: MadeResult): Float32Array {
  const values = new Float32Array(slices * matrix * matrix);
  let state = 12345;
  let at = 0;
  for (let z = 0; z < slices; z++) {
    const radius = 0.42 * Math.sqrt(Math.max(0.15, 1 - ((2 * z + 1) / slices - 1) ** 2));
    for (let y = 0; y < matrix; y++) {
      for (let x = 0; x < matrix; x++, at++) {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        const noise = state / 2 ** 32 - 0.5;
        const r = Math.hypot(x / matrix - 0.5, (y / matrix - 0.5) * 1.15) / radius;
        const inside = r < 1 ? 0.45 + 0.55 * r * r + 0.1 * Math.sin(9 * r + x / 9) : 0.02;
        values[at] = scale * Math.max(0, inside + 0.04 * noise);
      }
    }
  }
  return values;
}

/** Noise covariance of some coils: coil 2 is dead, coil 5 is hot. */
function covariance(coils: number): Float32Array {
  const data = new Float32Array(2 * coils * coils);
  const sigma = Array.from({ length: coils }, (_, i) =>
    i === 2 ? 0.001 : i === 5 ? 4.2 : 1 + 0.1 * (i % 3),
  );
  for (let j = 0; j < coils; j++) {
    for (let i = 0; i < coils; i++) {
      const rho = i === j ? 1 : 0.35 * Math.exp(-Math.abs(i - j));
      const phase = 0.4 * (i - j);
      data[2 * (i + coils * j)] = sigma[i]! * sigma[j]! * rho * Math.cos(phase);
      data[2 * (i + coils * j) + 1] = sigma[i]! * sigma[j]! * rho * Math.sin(phase);
    }
  }
  return data;
}

/** A result bundle as a calculation writes it: SNR with its interval, reconstruction, noise matrices. */
export async function madeBundle(made: MadeResult): Promise<Uint8Array> {
  const { slices, matrix, geometry, coils = 8, method = 'pmr' } = made;
  const snr = snrValues(made);
  const shape = [slices, matrix, matrix];
  const real = (data: Float32Array) => ({ shape, data, complex: false, ...(geometry && { geometry }) });
  const complex = new Float32Array(2 * snr.length);
  snr.forEach((value, i) => {
    complex[2 * i] = value * Math.cos(i / 300);
    complex[2 * i + 1] = value * Math.sin(i / 300);
  });
  const psi = covariance(coils);
  const rho = psi.map((value, i) => {
    const [row, column] = [(i >> 1) % coils, Math.floor((i >> 1) / coils)];
    return value / Math.sqrt(psi[2 * row * (coils + 1)]! * psi[2 * column * (coils + 1)]!);
  });
  const coilMatrix = (data: Float32Array) => ({ shape: [1, coils, coils], data, complex: true });
  const maps: BundleMap[] = [
    { map: resultMaps.snr, volume: real(snr) },
    { map: resultMaps.noiseCovariance, volume: coilMatrix(psi) },
    { map: resultMaps.noiseCoefficients, volume: coilMatrix(rho) },
    {
      map: resultMaps.reconstruction,
      volume: { shape, data: complex, complex: true, ...(geometry && { geometry }) },
    },
    { map: resultMaps.snrLower, volume: real(snr.map((value) => 0.9 * value)) },
    { map: resultMaps.snrUpper, volume: real(snr.map((value) => 1.1 * value)) },
  ];
  const { result } = await writeBundle(memoryZipSink(), {
    maps,
    info: {
      options: {
        version: 'v0',
        name: method,
        options: { NR: 100, seed: 0, reconstructor: { name: 'sense', options: { accelerations: [1, 2] } } },
      },
      log: [
        { when: '2026-11-24T09:00:00Z', what: 'The calculation begins', type: 'start', settings: {} },
        { when: '2026-11-24T09:00:04Z', what: 'The bundle is written', type: 'END', settings: {} },
      ],
      calculationTime: 4.2,
      summary: {
        slices,
        method,
        reconstruction: 'sense',
        snrUnits: 'absolute',
        noise: { source: 'noise file', samples: 294_912, bandwidth: 0.79, covarianceScale: 1.27 },
        replicas: 100,
        seed: 0,
        engine: { version: '0.1.0', kernel: 'wasm' },
      },
    },
  });
  return result;
}

/** Brings a bundle into the account of somebody as a completed job; returns the job. */
export async function bringBundle(brain: Brain, name: string, bundle: Uint8Array): Promise<string> {
  const post = async (path: string, body: object): Promise<unknown> => {
    const response = await brain.send({ method: 'POST', url: path, body: JSON.stringify(body) });
    return response.json();
  };
  const start = { filename: `${name}.zip`, filesize: bundle.length, alias: name };
  const { uploadId, partUrls, partSize } = uploadStartedSchema.parse(
    await post('/api/upload_initiate/results', start),
  );
  for (const [i, url] of partUrls.entries()) {
    const part = bundle.slice(i * partSize, (i + 1) * partSize);
    await brain.send({ method: 'PUT', url, body: part });
  }
  return resultFinishedSchema.parse(await post('/api/upload_finalize/results', { uploadId })).pipeline;
}
