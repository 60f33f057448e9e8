export { makeFolder } from '@mroptimum/bundle/node';
export { type RemoteInput, remoteIo, spooledFailure, spooledResult } from '../remote/io.ts';
export { type Converted, convertRaw } from './convert.ts';
export { type Demo, type DemoRow, demoScenario, runDemo } from './demo.ts';
export { describeRaw, type RawDescription } from './describe.ts';
export { failurePath, type LocalIoOptions, localIo } from './io.ts';
export { type RawOutputFormat, rawFormats } from './output.ts';
export { type PrivacyReport, scanFile, scrubFile } from './privacy.ts';
export {
  type SimulationFiles,
  type SimulationFormat,
  simulation,
  simulationFormats,
  writeSimulation,
} from './simulate.ts';
export { unpackBundle } from './unpack.ts';
