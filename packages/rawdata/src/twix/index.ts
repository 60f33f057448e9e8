export { isTwix } from './container.ts';
export { openTwix } from './open.ts';
export { type TwixPrivacyField, twixPrivacyFields } from './privacy.ts';
