import type { MethodName } from '@mroptimum/contract';

/** A formula as MathML and in words for those who listen to it. */
export interface Formula {
  readonly markup: string;
  readonly spoken: string;
}

const i = (name: string): string => `<mi>${name}</mi>`;
const n = (digits: string): string => `<mn>${digits}</mn>`;
const o = (sign: string): string => `<mo>${sign}</mo>`;
const row = (...parts: readonly string[]): string => `<mrow>${parts.join('')}</mrow>`;
const over = (top: string, bottom: string): string => `<mfrac>${top}${bottom}</mfrac>`;
const root = (inside: string): string => `<msqrt>${inside}</msqrt>`;
const sub = (base: string, index: string): string => `<msub>${base}${index}</msub>`;
const tilde = (inside: string): string => `<mover accent="true">${inside}<mo>~</mo></mover>`;
const magnitude = (...inside: readonly string[]): string => row(o('|'), ...inside, o('|'));
const norm = (...inside: readonly string[]): string => row(o('‖'), ...inside, o('‖'));
const snr = row('<mi mathvariant="normal">SNR</mi>', o('='));
const sd = (index: string): string => sub('<mi>σ</mi>', index);
const mean = (index: string): string => sub('<mi mathvariant="normal">mean</mi>', index);
const real = row(
  '<mi mathvariant="normal">Re</mi>',
  o('('),
  sub(i('ρ'), i('k')),
  '<msup><mi>e</mi><mrow><mo>−</mo><mi>i</mi><mi>φ</mi></mrow></msup>',
  o(')'),
);

/** What each method computes per pixel: ρ the image, u the unmixing, x̃ prewhitened coil images. */
export const formulas: Readonly<Record<MethodName, Formula>> = {
  ac: {
    markup: row(snr, over(row(root(n('2')), magnitude(i('u'), tilde(i('x')))), norm(i('u')))),
    spoken: 'SNR is the square root of 2 times the magnitude of u x, over the norm of u',
  },
  mr: {
    markup: row(
      snr,
      over(
        row(mean(i('k')), magnitude(sub(i('ρ'), i('k')))),
        row(sd(i('k')), magnitude(sub(i('ρ'), i('k')))),
      ),
    ),
    spoken: 'SNR is the mean over the repetitions of the magnitude, over its standard deviation',
  },
  pmr: {
    markup: row(snr, over(magnitude(i('ρ')), row(sd(i('k')), real))),
    spoken:
      'SNR is the magnitude, over the standard deviation over the replicas along the phase of the image',
  },
  cr: {
    markup: row(snr, over(magnitude(i('ρ')), row(sd(row(i('k'), o(','), i('box'))), real))),
    spoken:
      'SNR is the magnitude, over the standard deviation over replicas and box along the phase of the image',
  },
  di: {
    markup: row(
      snr,
      over(
        row(o('('), sub(i('S'), n('1')), o('+'), sub(i('S'), n('2')), o(')'), o('/'), root(n('2'))),
        row(sd(i('box')), o('('), sub(i('S'), n('1')), o('−'), sub(i('S'), n('2')), o(')')),
      ),
    ),
    spoken:
      'SNR is the sum of both images over the square root of 2, over the standard deviation of their difference in a box',
  },
};
