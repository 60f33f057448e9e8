import { InvalidArgumentError } from 'commander';

/** Parsers of option values. What they refuse, commander reports with the option's name. */

export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isInteger(value) || value < least) {
      throw new InvalidArgumentError(`Expected a whole number of at least ${least}.`);
    }
    return value;
  };
}

export function positiveNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value > 0) || !Number.isFinite(value)) {
    throw new InvalidArgumentError('Expected a number above 0.');
  }
  return value;
}

/** A variable of a script that was never set must not become a path. */
export function path(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('Expected a path.');
  return text;
}

/** "1,2": readout, phase. */
export function pair(text: string): [number, number] {
  const values = text.split(/[,x×]/).map(wholeNumber(1));
  if (values.length !== 2)
    throw new InvalidArgumentError('Expected two numbers, readout,phase, such as 1,2.');
  return [values[0]!, values[1]!];
}

/** "null,24" or "all,24": lines along readout and phase, null for all. */
export function lines(text: string): [number | null, number | null] {
  const values = text
    .split(',')
    .map((part) => (/^(null|all)$/i.test(part.trim()) ? null : wholeNumber(1)(part)));
  if (values.length !== 2)
    throw new InvalidArgumentError('Expected readout,phase, such as null,24 (null: all lines).');
  return [values[0]!, values[1]!];
}

/** "1.2,1.2,5" */
export function spacing(text: string): number[] {
  const values = text.split(',').map(positiveNumber);
  if (values.length > 3)
    throw new InvalidArgumentError('Expected up to three numbers in mm, such as 1.2,1.2,5.');
  return values;
}

export function axes(text: string): string {
  if (!/^[xyzscrn]+$/i.test(text) || new Set(text.toLowerCase()).size !== text.length) {
    throw new InvalidArgumentError(
      'Expected one letter per axis, each once: x readout, y phase, z partition, s slice, c coil, r repetition, n samples.',
    );
  }
  return text.toLowerCase();
}

/** "espirit" or "espirit:k,r,t,c" with trailing values left out. */
export function espiritValues(text: string): { k?: number; r?: number; t?: number; c?: number } {
  const [, list = ''] = text.split(':');
  const values = list === '' ? [] : list.split(',').map(Number);
  if (values.length > 4 || values.some((value) => !Number.isFinite(value))) {
    throw new InvalidArgumentError('Expected espirit:k,r,t,c, such as espirit:6,24,0.01,0.9925.');
  }
  const [k, r, t, c] = values;
  return {
    ...(k !== undefined && { k }),
    ...(r !== undefined && { r }),
    ...(t !== undefined && { t }),
    ...(c !== undefined && { c }),
  };
}

/** "espirit:k,r,t,c" checked, anything else (a name, a file) as it is. */
export function sensitivities(text: string): string {
  if (/^espirit(:|$)/i.test(text)) espiritValues(text);
  return text;
}

/** The same for masks, with the values of levels. */
export function mask(text: string): string {
  const level = /^(threshold|percentage|percentagemean)(?::(.*))?$/i.exec(text);
  if (level && !(level[2] !== undefined && level[2].trim() !== '' && Number(level[2]) >= 0)) {
    throw new InvalidArgumentError(`Expected ${level[1]}:V with a number V, such as ${level[1]}:10.`);
  }
  return sensitivities(text);
}
