export { isTwix } from './file/container.ts';
export { openTwix } from './open.ts';
export { type TwixPrivacyField, twixPrivacyFields } from './privacy.ts';
export {
  type ByteSink,
  type LineRequest,
  type TwixAcquisition,
  type TwixSamples,
  writeTwix,
} from './writing/write.ts';
