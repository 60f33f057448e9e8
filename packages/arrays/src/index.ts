export { readElements, readLayout, reorder, toFloat32C } from './access.ts';
export { cflLayout, encodeCfl } from './cfl.ts';
export { decodeElements, encodeElements, toFloat32 } from './elements.ts';
export { inflate } from './inflate.ts';
export {
  chooseVariable,
  decodeMat,
  isMat5,
  listMat,
  type MatEntry,
  readMat,
  readMatVariable,
} from './mat/read.ts';
export {
  type ComplexMatFrame,
  complexMatFrame,
  type MatVariable,
  matVariable,
  writeMat,
} from './mat/write.ts';
export { complexArray, decodeNpy, encodeNpy, isNpy, npyHeader, npyLayout } from './npy.ts';
export { decodeNpz, encodeNpz, npzNames, openNpz, type StoredArray } from './npz.ts';
export {
  type ArrayLayout,
  bytesPerElement,
  type DType,
  elementCount,
  isComplex,
  type NumericArray,
  type NumericData,
  type Order,
  stridesOf,
} from './types.ts';
export { crc32 } from './zip/crc32.ts';
export { isZip, readZipDirectory, type ZipEntry, type ZipErrors } from './zip/directory.ts';
export { contentOffset, readZipEntry } from './zip/entry.ts';
