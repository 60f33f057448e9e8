import { describe, expect, it } from 'vitest';
import { mapOf, turned } from '../viewer/model/testing.ts';
import { displayStore } from '../viewer/state/display.ts';
import { link } from './link.ts';

describe('linked pictures', () => {
  const coarse = mapOf([10, 10, 4], new Float32Array(400), turned(0, 0, [2, 2, 4], [0, 0, 0]));
  const fine = mapOf([20, 20, 4], new Float32Array(1600), turned(0, 0, [1, 1, 4], [0, 0, 0]));

  it('stand at the same place of the patient, and move together', () => {
    const [a, b, own] = [displayStore(), displayStore(), displayStore({ colour: 'diverging' })];
    const stop = link([
      { display: a, grid: coarse, ownColours: false },
      { display: b, grid: fine, ownColours: false },
      { display: own, grid: coarse, ownColours: true },
    ]);
    a.set({ cursor: [3, 4, 2] });
    expect(b.get().cursor).toEqual([6, 8, 2]);
    expect(own.get().cursor).toEqual([3, 4, 2]);
    b.set({ zoom: 3, colour: 'jet' });
    expect([a.get().zoom, a.get().colour]).toEqual([3, 'jet']);
    expect([own.get().zoom, own.get().colour]).toEqual([3, 'diverging']);
    own.set({ windows: { x: [0, 1] } });
    expect(a.get().windows).toEqual({});
    stop();
    a.set({ zoom: 1 });
    expect(b.get().zoom).toBe(3);
  });
});
