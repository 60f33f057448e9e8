import { writeNifti } from '@mroptimum/bundle';
import fc from 'fast-check';
import { gunzipSync } from 'fflate';
import * as nifti from 'nifti-reader-js';
import { describe, expect, it } from 'vitest';
import { planeOf } from '../../viewer/model/plane.ts';
import { mapOf, turned } from '../../viewer/model/testing.ts';
import { addLabel, grouped, ungrouped, withLabel, withoutLabel } from './edit.ts';
import { drawingFromNifti, drawingToNifti } from './file.ts';
import { apply, changeBetween, changeTo, History } from './history.ts';
import { countsOf, emptyDrawing, labelColour, voxelsOf } from './mask.ts';
import { grow, onAllSlices, onSlice, threshold } from './regions.ts';
import { alongLine, brush, ellipse, flood, polygon, rectangle } from './shapes.ts';

const extent = { width: 12, height: 9 };
const edits = fc.array(
  fc.record({ at: fc.array(fc.nat(199), { maxLength: 40 }), label: fc.nat({ max: 5 }) }),
  { minLength: 1, maxLength: 12 },
);

describe('history', () => {
  it('takes back and makes again every edit, in order', () => {
    fc.assert(
      fc.property(edits, (list) => {
        const labels = new Uint16Array(200);
        const history = new History();
        const states = [labels.slice()];
        for (const { at, label } of list) {
          const change = changeTo(
            labels,
            [...new Set(at)].sort((a, b) => a - b),
            label,
          );
          if (!change) continue;
          apply(labels, change);
          history.push(change);
          states.push(labels.slice());
        }
        for (let i = states.length - 2; i >= 0; i--) {
          expect(history.undo(labels)).toBe(true);
          expect(labels).toEqual(states[i]);
        }
        expect(history.undo(labels)).toBe(false);
        for (let i = 1; i < states.length; i++) {
          history.redo(labels);
          expect(labels).toEqual(states[i]);
        }
        expect(history.canRedo).toBe(false);
      }),
    );
  });

  it('finds the change between two states, and keeps runs, not voxels', () => {
    const before = new Uint16Array(10_000);
    const after = before.slice();
    after.fill(3, 1000, 9000);
    const change = changeBetween(before, after)!;
    expect([...change]).toEqual([1000, 8000, 0, 3]);
    apply(before, change);
    expect(before).toEqual(after);
    expect(changeBetween(before, after)).toBeUndefined();
  });

  it('forgets what was taken back once something else is drawn', () => {
    const labels = new Uint16Array(4);
    const history = new History();
    for (const at of [0, 1]) {
      const change = changeTo(labels, [at], 1)!;
      apply(labels, change);
      history.push(change);
    }
    history.undo(labels);
    const other = changeTo(labels, [3], 2)!;
    apply(labels, other);
    history.push(other);
    expect(history.redo(labels)).toBe(false);
    expect(history.size).toBe(8);
    history.undo(labels);
    history.undo(labels);
    expect([...labels]).toEqual([0, 0, 0, 0]);
  });
});

const asText = (pixels: Uint32Array, { width, height } = extent): string[] => {
  const set = new Set(pixels);
  return Array.from({ length: height }, (_, v) =>
    Array.from({ length: width }, (_, u) => (set.has(u + width * v) ? '#' : '.')).join(''),
  );
};
const small = { width: 7, height: 5 };

describe('shapes', () => {
  it('are what one draws', () => {
    expect(asText(rectangle(small, [5, 3], [1, 1]), small)).toEqual([
      '.......',
      '.#####.',
      '.#####.',
      '.#####.',
      '.......',
    ]);
    // (2/3.5)² + (2/2.5)² = 0.97: pixel (1, 0) is just inside, the corner is not.
    expect(asText(ellipse(small, [0, 0], [6, 4]), small)).toEqual([
      '.#####.',
      '#######',
      '#######',
      '#######',
      '.#####.',
    ]);
    const square = polygon(small, [
      [1, 1],
      [5, 1],
      [5, 3],
      [1, 3],
    ]);
    expect(square).toEqual(rectangle(small, [1, 1], [5, 3]));
    const diamond = polygon(small, [
      [3, 0],
      [5, 2],
      [3, 4],
      [1, 2],
    ]);
    expect(asText(diamond, small)).toEqual(['...#...', '..###..', '.#####.', '..###..', '...#...']);
    expect(asText(brush(small, [1, 2], [5, 2], 1), small)[2]).toBe('.#####.');
    expect(asText(brush(small, [3, 2], [3, 2], 3), small)).toEqual([
      '.......',
      '..###..',
      '..###..',
      '..###..',
      '.......',
    ]);
  });

  it('never leave the slice', () => {
    const far = fc.double({ min: -30, max: 30, noNaN: true });
    fc.assert(
      fc.property(far, far, far, far, (a, b, c, d) => {
        const shapes = [
          rectangle(extent, [a, b], [c, d]),
          ellipse(extent, [a, b], [c, d]),
          brush(extent, [a, b], [c, d], 4),
          polygon(extent, [
            [a, b],
            [c, d],
            [a, d],
          ]),
        ];
        for (const pixels of shapes) {
          for (const at of pixels) expect(at).toBeLessThan(extent.width * extent.height);
          expect([...pixels]).toEqual([...new Set(pixels)].sort((p, q) => p - q));
        }
      }),
    );
  });

  it('leave no gap in a line', () => {
    const seen: [number, number][] = [];
    alongLine([0, 0], [9, 4], (u, v) => seen.push([Math.round(u), Math.round(v)]));
    for (let i = 1; i < seen.length; i++) {
      expect(Math.abs(seen[i]![0] - seen[i - 1]![0])).toBeLessThanOrEqual(1);
      expect(Math.abs(seen[i]![1] - seen[i - 1]![1])).toBeLessThanOrEqual(1);
    }
    expect(seen[0]).toEqual([0, 0]);
    expect(seen.at(-1)).toEqual([9, 4]);
  });

  it('fill what is enclosed', () => {
    const ring = new Set([...rectangle(small, [1, 0], [5, 4])]);
    for (const at of rectangle(small, [2, 1], [4, 3])) ring.delete(at);
    const inside = flood(small, [3, 2], (u, v) => !ring.has(u + small.width * v));
    expect([...inside]).toEqual([...rectangle(small, [2, 1], [4, 3])]);
  });
});

describe('regions by value', () => {
  const size = [4, 4, 3] as const;
  const values = Array.from({ length: 48 }, (_, i) => (i % 4 < 2 ? 10 : 20) + Math.floor(i / 16));
  const map = mapOf(size, values, turned(0.3, 0.2));
  const plane = planeOf(map, 'axial');

  it('take all voxels of a range, in the volume or on a slice', () => {
    expect(threshold(map, map.data, { low: 20, high: 21 })).toHaveLength(16);
    expect(threshold(map, map.data, { low: 20, high: 30 }, { plane, slice: 2 })).toHaveLength(8);
    expect(threshold(map, Float32Array.of(Number.NaN, 1), { low: -1e9, high: 1e9 })).toEqual(
      Uint32Array.of(1),
    );
  });

  it('grow over neighbours alone', () => {
    const row = mapOf([7, 1, 1], [5, 5, 5, 0, 5, 5, 5]);
    const line = planeOf(row, 'axial');
    expect([...grow(row, row.data, [1, 0, 0], { low: 4, high: 6 }, true, line)]).toEqual([0, 1, 2]);
    expect([...grow(row, row.data, [3, 0, 0], { low: 4, high: 6 }, true, line)]).toEqual([]);
    expect(grow(map, map.data, [0, 0, 0], { low: 10, high: 12 }, true, plane)).toHaveLength(24);
    expect(grow(map, map.data, [0, 0, 1], { low: 10, high: 12 }, false, plane)).toHaveLength(8);
  });

  it('are copied to every slice', () => {
    const drawing = emptyDrawing(map);
    const drawn = onSlice(map, plane, 1, rectangle({ width: 4, height: 4 }, [0, 1], [2, 2]));
    apply(drawing.labels, changeTo(drawing.labels, drawn, 1)!);
    const everywhere = onAllSlices(map, drawing.labels, plane, 1, 1);
    expect(everywhere).toHaveLength(3 * drawn.length);
    expect(onAllSlices(map, drawing.labels, plane, 0, 1)).toHaveLength(0);
  });
});

describe('labels', () => {
  it('get free numbers, unlike colours, and go with their voxels', () => {
    const grid = { size: [10, 10, 1], spacing: [1, 1, 1] } as const;
    let drawing = emptyDrawing(grid);
    for (let i = 0; i < 40; i++) drawing = addLabel(drawing).drawing;
    expect(new Set(drawing.list.map(({ value }) => value)).size).toBe(41);
    expect(new Set(drawing.list.map(({ colour }) => colour)).size).toBe(41);
    drawing = withLabel(drawing, 3, { name: 'Liver', visible: false });
    expect(drawing.list[2]).toMatchObject({ value: 3, name: 'Liver', visible: false });
    drawing.labels.set([3, 3, 5], 20);
    const removed = withoutLabel(drawing, 3);
    apply(drawing.labels, removed.change!);
    expect([...countsOf(drawing.labels)]).toEqual([[5, 1]]);
    expect(addLabel(removed.drawing).label.value).toBe(3);
    expect(labelColour(3)).not.toBe(labelColour(4));
  });

  it('are measured together in a group', () => {
    const grid = { size: [4, 1, 1], spacing: [1, 1, 1] } as const;
    let drawing = addLabel(emptyDrawing(grid)).drawing;
    drawing.labels.set([1, 0, 2, 2]);
    drawing = grouped(drawing, [1, 2]);
    expect(drawing.groups[0]).toMatchObject({ name: 'ROI 1 + ROI 2', members: [1, 2] });
    expect([...voxelsOf(drawing.labels, drawing.groups[0]!.members)]).toEqual([0, 2, 3]);
    expect(withoutLabel(drawing, 2).drawing.groups).toEqual([]);
    expect(ungrouped(drawing, drawing.groups[0]!.id).groups).toEqual([]);
  });
});

describe('drawings in files', () => {
  const map = mapOf([4, 3, 2], new Float32Array(24), turned(0.4, -0.3));
  const drawn = () => {
    let drawing = addLabel(emptyDrawing(map)).drawing;
    drawing = withLabel(drawing, 2, { name: 'Rückenmark, “links”', colour: 0x123456 });
    drawing.labels.set([0, 1, 2, 2], 5);
    return grouped(drawing, [1, 2]);
  };

  it('come back with names, colours and groups', () => {
    const drawing = drawn();
    const back = drawingFromNifti(drawingToNifti(drawing), 'roi.nii.gz', map);
    expect(back.labels).toEqual(drawing.labels);
    expect(back.list).toEqual(drawing.list);
    expect(back.groups).toEqual(drawing.groups);
  });

  it('are read by others, at the same place', () => {
    const bytes = gunzipSync(drawingToNifti(drawn()));
    const header = nifti.readHeader(Uint8Array.from(bytes).buffer)!;
    expect(header.datatypeCode).toBe(nifti.NIFTI1.TYPE_UINT8);
    const image = new Uint8Array(nifti.readImage(header, Uint8Array.from(bytes).buffer));
    expect([...image]).toEqual([...drawn().labels]);
    map.affine!.forEach((row, r) => {
      row.forEach((value, c) => {
        expect(header.affine[r]![c]).toBeCloseTo(value, 4);
      });
    });
  });

  it('hold more labels than a byte tells apart', () => {
    const drawing = drawn();
    drawing.labels[0] = 4711;
    const many = { ...drawing, list: [...drawing.list, { ...drawing.list[0]!, value: 4711, name: 'far' }] };
    const back = drawingFromNifti(drawingToNifti(many), 'roi.nii.gz', map);
    expect(back.labels[0]).toBe(4711);
    expect(back.list.at(-1)!.name).toBe('far');
  });

  it('of other programs get names', () => {
    const data = new Float32Array(24);
    data.set([7, 7, 3]);
    const file = writeNifti({ shape: [2, 3, 4], data, complex: false });
    const back = drawingFromNifti(file, 'other.nii.gz', map);
    expect(back.list.map(({ value, name }) => [value, name])).toEqual([
      [3, 'ROI 3'],
      [7, 'ROI 7'],
    ]);
  });

  it('are refused on other voxels, and where they are no labels', () => {
    const file = (shape: number[], value = 1) =>
      writeNifti({
        shape,
        data: new Float32Array(shape.reduce((n, e) => n * e)).fill(value),
        complex: false,
      });
    const code = (expected: string) => expect.objectContaining({ code: expected });
    expect(() => drawingFromNifti(file([2, 3, 5]), 'a', map)).toThrow(code('MRO_BUNDLE_GEOMETRY'));
    expect(() => drawingFromNifti(file([2, 3, 4], 0.5), 'a', map)).toThrow(code('MRO_BUNDLE_SHAPE'));
    const elsewhere = mapOf([4, 3, 2], new Float32Array(24), turned(0.5, -0.3));
    expect(() => drawingFromNifti(drawingToNifti(drawn()), 'a', elsewhere)).toThrow(
      code('MRO_BUNDLE_GEOMETRY'),
    );
  });
});
