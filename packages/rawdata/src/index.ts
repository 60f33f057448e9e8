export type {
  AcquisitionHeader,
  ComplexArray,
  KSpaceSlice,
  NoiseSamples,
  OpenOptions,
  RawData,
  RawFormat,
  ReadOptions,
  ReferenceLines,
} from './acquisition.ts';
export { labelAxes, likelyAxes } from './arrays/axes.ts';
export { type ArrayValues, openArray, readArray } from './arrays/openArray.ts';
export { type ArrayFormat, type WrittenArray, writeKSpaceArray, writeNoiseArray } from './arrays/write.ts';
export { type DetectedFormat, detect } from './detect.ts';
export { openIsmrmrd } from './ismrmrd/open.ts';
export { writeIsmrmrd } from './ismrmrd/write.ts';
export { localFile } from './localFile.ts';
export { openRaw } from './open.ts';
export { openFile } from './openFile.ts';
export { type PrivacyFinding, scanPrivacy, scrub } from './privacy.ts';
export { openTwix } from './twix/index.ts';
export { type TwixAcquisition, type TwixSamples, writeTwix } from './twix/writing/write.ts';
