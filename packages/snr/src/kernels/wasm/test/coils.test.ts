import { describe, expect, it } from 'vitest';
import type { ComplexArray } from '../../../arrays.ts';
import { complexZeros, elements, realZeros } from '../../../arrays.ts';
import { oracleKernels } from '../../oracle/kernels.ts';
import { randomComplex, relativeError } from '../../testing.ts';
import { wasmKernels } from '../kernels.ts';

const k = wasmKernels();
const oracle = oracleKernels();

describe('sums over coils in WebAssembly', () => {
  for (const coils of [1, 2, 3, 8, 16, 32, 65]) {
    for (const shape of [
      [1, 1],
      [3, 7],
      [13, 17],
      [20, 64],
    ]) {
      it(`${coils} coils of ${shape.join(' × ')} agree with float64`, () => {
        k.scope(() => {
          const a = randomComplex(coils, coils, ...shape);
          const b = randomComplex(coils + 1, coils, ...shape);
          const matrix = randomComplex(coils + 2, coils, coils);
          const [la, lb, lm] = [k.load(a), k.load(b), k.load(matrix)];
          const compare = (
            actual: { data: Float32Array },
            run: (out: ComplexArray) => void,
            out = complexZeros(...shape),
          ) => {
            run(out);
            expect(relativeError(actual.data, out.data)).toBeLessThan(1e-6);
          };

          const inner = k.complex(...shape);
          k.inner(inner, la, lb);
          compare(inner, (out) => oracle.inner(out, a, b));

          const unfolded = k.complex(...shape);
          k.unfold(unfolded, la, lb);
          compare(unfolded, (out) => oracle.unfold(out, a, b));

          const norm = k.real(...shape);
          const expectedNorm = realZeros(...shape);
          k.rss(norm, la);
          oracle.rss(expectedNorm, a);
          expect(relativeError(norm.data, expectedNorm.data)).toBeLessThan(1e-6);

          const whitened = k.complex(coils, ...shape);
          k.whiten(whitened, la, lm);
          compare(whitened, (out) => oracle.whiten(out, a, matrix), complexZeros(coils, ...shape));
          k.whiten(la, la, lm);
          expect(la.data).toEqual(whitened.data);

          // A pixel that no coil sees stays zero.
          for (let c = 0; c < coils; c++)
            lb.data.fill(0, 2 * c * elements(shape), 2 * c * elements(shape) + 2);
          const normalised = { data: lb.data.slice(), shape: lb.shape };
          k.normalise(lb);
          oracle.normalise(normalised);
          expect(relativeError(lb.data, normalised.data)).toBeLessThan(1e-6);
          expect(lb.data[0]).toBe(0);
        });
      });
    }
  }

  it('unfolds images along both axes', () => {
    k.scope(() => {
      const unmix = randomComplex(1, 5, 12, 21);
      const folded = randomComplex(2, 5, 4, 7);
      const out = k.complex(12, 21);
      const truth = complexZeros(12, 21);
      k.unfold(out, k.load(unmix), k.load(folded));
      oracle.unfold(truth, unmix, folded);
      expect(relativeError(out.data, truth.data)).toBeLessThan(1e-6);
    });
  });
});
