import { expect, test } from 'vitest';
import {
  axes,
  espiritValues,
  lines,
  mask,
  pair,
  positiveNumber,
  sensitivities,
  spacing,
  wholeNumber,
} from './values.ts';

test.each<[(text: string) => unknown, string, unknown]>([
  [pair, '1,2', [1, 2]],
  [pair, '2x3', [2, 3]],
  [lines, 'null,24', [null, 24]],
  [lines, 'all, 32', [null, 32]],
  [spacing, '1.5,1.5,5', [1.5, 1.5, 5]],
  [axes, 'XYC', 'xyc'],
  [wholeNumber(2), '100', 100],
  [positiveNumber, '5e-1', 0.5],
  [espiritValues, 'espirit', {}],
  [espiritValues, 'espirit:8,24', { k: 8, r: 24 }],
  [mask, 'percentage:10', 'percentage:10'],
  [mask, 'some/mask.nii.gz', 'some/mask.nii.gz'],
  [sensitivities, 'espirit-maps.npy', 'espirit-maps.npy'],
  [espiritValues, 'espirit:6,24,0.01,0.9925', { k: 6, r: 24, t: 0.01, c: 0.9925 }],
])('%# %s', (parse, text, expected) => {
  expect(parse(text)).toEqual(expected);
});

test.each<[(text: string) => unknown, string]>([
  [pair, '2'],
  [pair, '0,2'],
  [pair, '1,2,3'],
  [pair, 'a,b'],
  [lines, '24'],
  [lines, '1.5,24'],
  [spacing, '1,-1'],
  [spacing, '1,1,1,1'],
  [axes, 'xyx'],
  [axes, 'xyq'],
  [wholeNumber(2), '1'],
  [wholeNumber(0), ''],
  [positiveNumber, 'Infinity'],
  [espiritValues, 'espirit:8,x'],
  [mask, 'threshold'],
  [mask, 'percentage:much'],
  [mask, 'espirit:x'],
  [sensitivities, 'ESPIRiT:1,2,3,4,5'],
])('%# %s is refused', (parse, text) => {
  expect(() => parse(text)).toThrow(/Expected/);
});
