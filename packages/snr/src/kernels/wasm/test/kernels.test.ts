import { describe, expect, it } from 'vitest';
import { complexZeros } from '../../../arrays.ts';
import type { SnrError } from '../../../errors.ts';
import { oracleKernels } from '../../oracle/kernels.ts';
import { randomComplex, relativeError } from '../../testing.ts';
import { wasmKernels } from '../kernels.ts';

const k = wasmKernels();
const oracle = oracleKernels();

describe('kernel memory', () => {
  const failure = (body: () => unknown): SnrError => {
    try {
      body();
    } catch (error) {
      return error as SnrError;
    }
    throw new Error('nothing was thrown');
  };

  it('is released by scopes and says so when it is full', () => {
    const small = wasmKernels({ base: 1 << 20, bytes: 1 << 20 });
    for (let i = 0; i < 100; i++) small.scope(() => small.complex(64, 1024));
    const error = failure(() => small.complex(128, 1024));
    expect(error.code).toBe('MRO_SNR_MEMORY');
    expect(error.message).toMatch(/memory/);
    expect(
      failure(() => small.scope(() => small.fft2(small.complex(4, 4099), small.complex(4, 4099), 'image')))
        .code,
    ).toBe('MRO_SNR_MEMORY');
  });

  it('forgets the tables of old transforms when new ones need their place', () => {
    const small = wasmKernels({ bytes: 1 << 20 });
    for (let size = 60; size < 400; size += 3) {
      small.scope(() => {
        const array = small.load(randomComplex(size, 2, size));
        const truth = complexZeros(2, size);
        oracle.fftReadout(truth, array, 'image');
        small.fftReadout(array, array, 'image');
        expect(relativeError(array.data, truth.data)).toBeLessThan(2e-6);
      });
    }
  });

  it('says so where the tables of rows and columns do not fit together', () => {
    const large = wasmKernels({ bytes: 1 << 23 });
    const array = large.complex(260, 300);
    // A sixteenth of the window is for tables: room for one of the lengths.
    const small = wasmKernels({ memory: large.memory, base: 1 << 24, bytes: 1 << 16 });
    small.fftReadout(array, array, 'image');
    small.fftPhase(array, array, 'image');
    expect(failure(() => small.fft2(array, array, 'image')).code).toBe('MRO_SNR_MEMORY');
  });

  it('refuses arrays from elsewhere and shapes that do not fit', () => {
    k.scope(() => {
      expect(failure(() => k.fft2(k.complex(4, 4), complexZeros(4, 4), 'image')).code).toBe('MRO_SNR_SHAPE');
      expect(failure(() => k.fft2(k.complex(4, 4), k.complex(4, 5), 'image')).code).toBe('MRO_SNR_SHAPE');
      expect(
        failure(() => k.senseUnmix(k.complex(2, 4, 5), undefined, k.complex(2, 4, 5), [1, 3])).code,
      ).toBe('MRO_SNR_SHAPE');
      expect(failure(() => k.noise(k.complex(2, 4, 5), { seed: -1, slice: 0 }, 0, [0, 4])).code).toBe(
        'MRO_SNR_OPTION',
      );
      expect(failure(() => k.noise(k.complex(2, 4, 5), { seed: 1, slice: 0 }, 0, [0, 5])).code).toBe(
        'MRO_SNR_SHAPE',
      );
    });
  });
});
