export { type Brain, type BrainOptions, connect, type PipelineEventView } from './brain.ts';
export type { Endpoint } from './endpoint.ts';
export { endpoints } from './endpoints.ts';
export { readEvents, type StreamEvent } from './events.ts';
export { type TokenStore, type Tokens, tokensInMemory } from './tokens.ts';
