export { type Affine, affineOf, geometryOf } from './formats/affine.ts';
export { isMha, readMha } from './formats/mhaRead.ts';
export { writeMha, writeMhd } from './formats/mhaWrite.ts';
export { isNifti, readNifti } from './formats/niftiRead.ts';
export { type NiftiHeader, niftiHeader, niftiWriter, writeNifti } from './formats/niftiWrite.ts';
export { buildInfo, bundleEntry, type InfoInput } from './info.ts';
export { readInfo } from './infoRead.ts';
export { type ColourMap, colourMaps } from './png/colours.ts';
export { contactSheet, type PreviewMap, type PreviewOptions, preview } from './png/preview.ts';
export { robustWindow, type Window } from './png/scale.ts';
export { type BundleFiles, type OpenBundle, type OpenMap, openBundle } from './read.ts';
export { beginsAsVolume, decodeVolume, readVolume } from './readVolume.ts';
export { type Grid, type ResampleOptions, resample } from './resample.ts';
export { type BundleSink, memoryZipSink } from './sink.ts';
export { magnitude, matrixOf, matrixVolume, type StoredVolume, type Volume } from './volume.ts';
export {
  type BundleContent,
  type BundleMap,
  type FailureContent,
  writeBundle,
  writeFailure,
} from './write.ts';
export { defaultZipLimits, openZip, type ZipLimits, type ZipRange } from './zip/zipRead.ts';
