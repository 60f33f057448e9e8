import { geometryOf, readNifti, type Volume, writeNifti } from '@mroptimum/bundle';
import { MroError } from '@mroptimum/contract';
import { gunzipSync, gzipSync } from 'fflate';
import { mapVolume, sameGrid, type VoxelGrid, voxelCount } from '../../viewer/model/volume.ts';
import { largestLabel, plainLabel, type RoiDrawing, type RoiGroup, type RoiLabel } from './mask.ts';

/** A NIfTI header extension that holds text ("comment", code 6 of the standard's list). */
const commentCode = 6;
const headerBytes = 348;
/** Our text begins like this, so that comments of other programs are not taken for it. */
const marker = 'mroptimum-labels ';

/**
 * A drawing as a gzipped NIfTI label image on its grid. Names, colours and groups stand in a header extension, which
 * other programs skip.
 */
export function drawingToNifti({ grid, labels, list, groups }: RoiDrawing): Uint8Array<ArrayBuffer> {
  const [nx, ny, nz] = grid.size;
  const geometry = grid.affine && geometryOf(grid.affine);
  const small = list.every(({ value }) => value < 256);
  const plain = gunzipSync(
    writeNifti(
      {
        shape: [nz, ny, nx],
        data: small ? Uint8Array.from(labels) : Float32Array.from(labels),
        format: small ? 'uint8' : 'float32',
        ...(geometry && { geometry }),
      },
      'Regions of interest',
    ),
  );
  const text = new TextEncoder().encode(marker + JSON.stringify({ labels: list, groups }));
  // The length of an extension, its eight bytes of head included, is a multiple of 16.
  const size = Math.ceil((text.length + 8) / 16) * 16;
  const file = new Uint8Array(plain.length + size);
  file.set(plain.subarray(0, headerBytes + 4));
  const view = new DataView(file.buffer);
  const voxelsAt = view.getFloat32(108, true);
  view.setUint8(headerBytes, 1);
  view.setInt32(headerBytes + 4, size, true);
  view.setInt32(headerBytes + 8, commentCode, true);
  file.set(text, headerBytes + 12);
  view.setFloat32(108, voxelsAt + size, true);
  file.set(plain.subarray(voxelsAt), voxelsAt + size);
  return gzipSync(file, { mtime: 0 }) as Uint8Array<ArrayBuffer>;
}

/**
 * A drawing from a label image, of this program or another, on the grid of the map. Labels without a name get one.
 * @throws MRO_BUNDLE_GEOMETRY where it lies on other voxels, MRO_BUNDLE_SHAPE where its values are no labels
 */
export function drawingFromNifti(file: Uint8Array, name: string, grid: VoxelGrid): RoiDrawing {
  const plain = file[0] === 0x1f ? gunzipSync(file) : file;
  const volume = readNifti(plain, name);
  checkGrid(volume, name, grid);
  const labels = new Uint16Array(voxelCount(grid));
  const values = new Set<number>();
  for (let at = 0; at < labels.length; at++) {
    const value = volume.data[at]!;
    if (!Number.isInteger(value) || value < 0 || value > largestLabel) {
      throw new MroError('MRO_BUNDLE_SHAPE', `${name} is no label image: it holds the value ${value}.`, {
        hint: 'Give an image of whole numbers from 0 on.',
      });
    }
    labels[at] = value;
    if (value > 0) values.add(value);
  }
  const told = extensionOf(plain);
  const known = new Set(told.labels.map(({ value }) => value));
  const unnamed = [...values].filter((value) => !known.has(value)).map(plainLabel);
  const list = [...told.labels, ...unnamed].sort((a, b) => a.value - b.value);
  return { grid, labels, list: list.length > 0 ? list : [plainLabel(1)], groups: told.groups };
}

function checkGrid(volume: Volume, name: string, grid: VoxelGrid): void {
  const drawn = mapVolume(volume);
  const fits =
    drawn.affine && grid.affine ? sameGrid(drawn, grid) : drawn.size.every((n, i) => n === grid.size[i]);
  if (fits && !volume.complex && drawn.repetitions === 1) return;
  throw new MroError('MRO_BUNDLE_GEOMETRY', `${name} does not lie on the voxels of this map.`, {
    hint: `This map has ${grid.size.join(' × ')} voxels, the drawing ${drawn.size.join(' × ')}. Open the result that it was drawn on.`,
  });
}

interface Told {
  readonly labels: readonly RoiLabel[];
  readonly groups: readonly RoiGroup[];
}

/** What the header extension says; nothing where it is missing or not ours. */
function extensionOf(file: Uint8Array): Told {
  const none: Told = { labels: [], groups: [] };
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (view.getInt32(0, true) !== headerBytes || file[headerBytes] !== 1) return none;
  const end = Math.min(view.getFloat32(108, true), file.length);
  for (let at = headerBytes + 4; at + 8 <= end; ) {
    const size = view.getInt32(at, true);
    if (size < 16 || at + size > end) return none;
    const text = new TextDecoder().decode(file.subarray(at + 8, at + size)).replace(/\0+$/, '');
    if (view.getInt32(at + 4, true) === commentCode && text.startsWith(marker)) {
      return toldIn(text.slice(marker.length));
    }
    at += size;
  }
  return none;
}

function toldIn(json: string): Told {
  try {
    const { labels, groups } = JSON.parse(json) as { labels?: unknown; groups?: unknown };
    return {
      labels: Array.isArray(labels) ? labels.flatMap(labelIn) : [],
      groups: Array.isArray(groups) ? groups.flatMap(groupIn) : [],
    };
  } catch {
    return { labels: [], groups: [] };
  }
}

const isNumber = (value: unknown): value is number => Number.isInteger(value);

function labelIn(entry: unknown): RoiLabel[] {
  const { value, name, colour, visible } = (entry ?? {}) as Record<string, unknown>;
  if (!isNumber(value) || value < 1 || value > largestLabel) return [];
  const plain = plainLabel(value);
  return [
    {
      value,
      name: typeof name === 'string' && name !== '' ? name.slice(0, 100) : plain.name,
      colour: isNumber(colour) && colour >= 0 && colour <= 0xffffff ? colour : plain.colour,
      visible: visible !== false,
    },
  ];
}

function groupIn(entry: unknown): RoiGroup[] {
  const { id, name, members } = (entry ?? {}) as Record<string, unknown>;
  if (!isNumber(id) || typeof name !== 'string' || !Array.isArray(members)) return [];
  return [{ id, name: name.slice(0, 100), members: members.filter(isNumber) }];
}
