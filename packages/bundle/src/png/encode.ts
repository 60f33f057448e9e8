import { crc32 } from '@mroptimum/arrays';
import { concat, utf8 } from '../bytes.ts';
import { zlibCompress } from '../native.ts';
import type { Canvas } from './canvas.ts';

const signature = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** A chunk: length, name, content, checksum over name and content. */
function chunk(name: string, content: Uint8Array): Uint8Array {
  const body = concat([utf8(name), content]);
  const frame = new DataView(new ArrayBuffer(8));
  frame.setUint32(0, content.length);
  frame.setUint32(4, crc32(body));
  const edges = new Uint8Array(frame.buffer);
  return concat([edges.subarray(0, 4), body, edges.subarray(4)]);
}

/**
 * A picture as a PNG file (W3C PNG 3), 8-bit RGB without interlace. Rows are stored as differences to the row
 * above, which suits enlarged voxels. Equal pictures give equal bytes.
 */
export function encodePng({ width, height, rgb }: Canvas): Uint8Array<ArrayBuffer> {
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([8, 2, 0, 0, 0], 8);
  const stride = 3 * width;
  const rows = new Uint8Array((stride + 1) * height);
  for (let y = 0; y < height; y++) {
    const start = y * (stride + 1);
    rows[start] = 2;
    for (let i = 0; i < stride; i++) {
      const above = y === 0 ? 0 : rgb[(y - 1) * stride + i]!;
      rows[start + 1 + i] = rgb[y * stride + i]! - above;
    }
  }
  return concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', zlibCompress(rows)),
    chunk('IEND', new Uint8Array(0)),
  ]);
}
