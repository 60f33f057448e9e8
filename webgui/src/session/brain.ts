import { type Brain, connect } from '@mroptimum/contract';
import { browserTokens } from './tokenStore.ts';

export const tokens = browserTokens();

/** The server that this page came from. */
export const brain: Brain = connect({ origin: location.origin, tokens });
