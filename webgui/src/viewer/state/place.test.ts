import { expect, test } from 'vitest';
import { mapOf } from '../model/testing.ts';
import { displayStore } from './display.ts';
import { displayAt, placeOf } from './place.ts';
import { placeSchema } from './placeSchema.ts';
import { setWindow, shownOf } from './shown.ts';

const map = mapOf([4, 3, 2], new Float32Array(24));
const shownAs = (component: 'magnitude' | 'phase') => shownOf(11, 'SNR', map, { component, repetition: 0 });

test('what is looked at comes back from its address', () => {
  const there = displayStore({ layout: 'sagittal', cursor: [3, 1, 0] });
  setWindow(there, shownAs('magnitude'), [-0.5, 1e-6]);
  const place = placeSchema.parse(placeOf(there.get(), shownAs('magnitude')));
  expect(place).toEqual({ map: 11, view: 'sagittal', at: '3,1,0', window: '-0.5,0.000001' });
  const here = displayStore();
  here.set(displayAt(place, { id: 11, grid: map }, here.get()));
  const { layout, cursor, windows } = here.get();
  expect({ layout, cursor, windows }).toEqual({
    layout: 'sagittal',
    cursor: [3, 1, 0],
    windows: there.get().windows,
  });
});

test('the part of a complex map, and the window that belongs to it', () => {
  const complex = { ...map, complex: true, data: new Float32Array(48) };
  const there = displayStore({ component: 'phase' });
  const shown = shownOf(3, 'Reconstruction', complex, there.get());
  setWindow(there, shown, [-1, 1]);
  const place = placeOf(there.get(), shown);
  expect(place).toMatchObject({ part: 'phase', window: '-1,1' });
  const here = displayStore();
  here.set(displayAt(place, { id: 3, grid: complex }, here.get()));
  expect(here.get()).toMatchObject({ component: 'phase', windows: there.get().windows });
});

test('an automatic window is no part of an address', () => {
  expect(placeOf(displayStore().get(), shownAs('magnitude'))).not.toHaveProperty('window');
});

test('what makes no sense is left out, and a crosshair outside comes inside', () => {
  const odd = { map: 'x', view: 'upside down', at: '1,2', part: 'half', window: '1,' };
  expect(Object.values(placeSchema.parse(odd)).filter((value) => value !== undefined)).toEqual([]);
  const here = displayStore();
  here.set(displayAt({ at: '99,-4,1' }, { id: 0, grid: map }, here.get()));
  expect(here.get().cursor).toEqual([3, 0, 1]);
});
