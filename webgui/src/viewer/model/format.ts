import type { Component, StoredValue, Triple } from './volume.ts';

/** A number with about `digits` significant digits, as people read it: 12.35, 0.00123, 1.23 × 10⁻⁷. */
export function readable(value: number, digits = 4): string {
  if (Number.isNaN(value)) return '–';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  if (value === 0) return '0';
  const exponent = Math.floor(Math.log10(Math.abs(value)));
  if (exponent < -3 || exponent >= 6) return withPower(value, digits);
  return minus(value.toFixed(Math.max(0, digits - 1 - exponent)));
}

const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹';

function withPower(value: number, digits: number): string {
  const [mantissa, power] = value.toExponential(digits - 1).split('e') as [string, string];
  const raised = [...String(Math.abs(Number(power)))].map((digit) => superscripts[Number(digit)]).join('');
  return `${minus(mantissa)} × 10${Number(power) < 0 ? '⁻' : ''}${raised}`;
}

const minus = (text: string): string => text.replace('-', '−');

/** A stored value in full: 12.3, or 1.2 − 0.5i for a complex one. */
export function stored({ real, imaginary }: StoredValue, complex: boolean): string {
  if (!complex) return readable(real, 6);
  const sign = imaginary < 0 ? '−' : '+';
  return `${readable(real)} ${sign} ${readable(Math.abs(imaginary))}i`;
}

/** Millimetres with one decimal, or voxel indices, between brackets. */
export const triple = (values: Triple, decimals: number): string =>
  `(${values.map((value) => minus(value.toFixed(decimals))).join(', ')})`;

/** The unit behind a value of a map; nothing where it is a pure number. */
export function unitOf(mapId: number, component: Component, snrUnits?: string): string {
  if (component === 'phase') return 'rad';
  if (mapId === 9) return '°';
  const isSnr = mapId === 0 || mapId === 8 || mapId === 200 || mapId === 201;
  return isSnr && snrUnits === 'relative' ? 'relative' : '';
}
