// Everything that the engine calls. All scratch is passed in: threads share one memory and run at once.
export { fftColumns, fftImages, fftRows } from './fft';
export { whiten } from './whiten';
export { normalise, rss, inner, unfold } from './combine';
export { senseUnmix } from './sense';
export { noise } from './gaussian';
export { replicasLinear, replicasRss } from './replicas';
export { multiply, correlate, gram } from './gemm';
export {
  weightedSum,
  gatherColumn,
  scatterColumn,
  phaseSum,
  combineColumn,
  noiseGain,
  addDeviation,
} from './grappa';
export { eigenRow } from './espirit';
