import type { Geometry } from '@mroptimum/contract';
import { concat, utf8 } from '../bytes.ts';
import { zlibCompress } from '../native.ts';
import type { StoredVolume, Volume } from '../volume.ts';
import { checkVolume, imageSize, stored } from '../volume.ts';
import { voxelBytes } from './niftiWrite.ts';

/**
 * A volume as a MetaImage file (`.mha`), as ITK reads it: coordinates in LPS millimetres, `TransformMatrix`
 * the direction of the x axis, then y, then z; complex values as two channels.
 *
 * @throws MRO_BUNDLE_SHAPE
 */
export function writeMha(
  volume: Volume | StoredVolume,
  options: { readonly compress?: boolean } = {},
): Uint8Array<ArrayBuffer> {
  const image = stored(volume);
  checkVolume(image);
  const voxels = voxelBytes(image.data, image.format);
  const packed = options.compress ? zlibCompress(voxels) : undefined;
  return concat([utf8(header(image, packed?.length, 'LOCAL')), packed ?? voxels]);
}

/** The same as a header (`.mhd`) and its voxels, to be stored beside it under `rawName`. */
export function writeMhd(
  volume: Volume | StoredVolume,
  rawName: string,
): { header: Uint8Array; voxels: Uint8Array } {
  const image = stored(volume);
  checkVolume(image);
  return { header: utf8(header(image, undefined, rawName)), voxels: voxelBytes(image.data, image.format) };
}

function header(image: StoredVolume, packedSize: number | undefined, file: string): string {
  const size = imageSize(image.shape);
  const { geometry } = image;
  const axes = size.length;
  // Axes beyond space (repetitions) count in steps of one.
  const along = (values: readonly number[], beyond: number) => size.map((_, axis) => values[axis] ?? beyond);
  const position = ({ direction, origin }: Geometry): [string, readonly number[]][] => [
    [
      'TransformMatrix',
      size.flatMap((_, column) =>
        size.map((_, row) => (column < 3 && row < 3 ? direction[3 * column + row]! : Number(column === row))),
      ),
    ],
    ['Offset', along(origin, 0)],
    ['CenterOfRotation', size.map(() => 0)],
  ];
  const lines: [string, string | number | readonly number[]][] = [
    ['ObjectType', 'Image'],
    ['NDims', axes],
    ['BinaryData', 'True'],
    ['BinaryDataByteOrderMSB', 'False'],
    ['CompressedData', packedSize === undefined ? 'False' : 'True'],
    ...(packedSize === undefined ? [] : [['CompressedDataSize', packedSize] as [string, number]]),
    // Without these two lines the position is unknown, and readers take their own default.
    ...(geometry ? position(geometry) : []),
    ['ElementSpacing', along(geometry?.spacing ?? [1, 1, 1], 1)],
    ['DimSize', size],
    ['ElementNumberOfChannels', image.format === 'complex64' ? 2 : 1],
    ['ElementType', image.format === 'uint8' ? 'MET_UCHAR' : 'MET_FLOAT'],
    ['ElementDataFile', file],
  ];
  return lines.map(([key, value]) => `${key} = ${Array.isArray(value) ? value.join(' ') : value}\n`).join('');
}
