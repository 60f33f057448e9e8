// Everything that the engine calls. All scratch is passed in: threads share one memory and run at once.
export { fftRows, fftColumns } from './fft';
export { whiten } from './whiten';
export { rss, inner, unfold } from './combine';
export { senseUnmix } from './sense';
export { noise } from './gaussian';
export { replicasLinear, replicasRss } from './replicas';
