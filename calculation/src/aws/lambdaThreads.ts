/** A Lambda function gets a processor for each of these bytes of its memory. */
const bytesPerThread = 1769 * 2 ** 20;

/** Threads that a function of this size computes with. */
export const lambdaThreads = (memoryBytes: number): number =>
  Math.max(1, Math.round(memoryBytes / bytesPerThread));
