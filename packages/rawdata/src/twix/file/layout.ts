/**
 * Where the fields of a Siemens measurement data header (MDH) lie, in bytes from its start. VB writes the whole
 * header before every channel; VD, VE and XA (NX) write one scan header and then a short header per channel.
 */
export interface ScanLayout {
  readonly name: 'VB' | 'VD';
  /** Bytes before the first channel's block. */
  readonly scanHeader: number;
  /** Bytes of the header of one channel. */
  readonly channelHeader: number;
  readonly evalInfo: number;
  readonly samples: number;
  readonly channels: number;
  /** Fourteen uint16 loop counters: line, average, slice, partition, echo, phase, repetition, set, segment, a–e. */
  readonly counters: number;
  readonly cutOffPre: number;
  readonly cutOffPost: number;
  readonly centreColumn: number;
  readonly readoutOffcentre: number;
  readonly centreLine: number;
  readonly centrePartition: number;
  /** float32 sagittal, coronal, transversal position, then the quaternion (w, x, y, z). */
  readonly slicePosition: number;
  /** uint16 channel number, from the start of a channel's block. */
  readonly channelId: number;
}

const afterEvalInfo = (evalInfo: number) => ({
  evalInfo,
  samples: evalInfo + 8,
  channels: evalInfo + 10,
  counters: evalInfo + 12,
  cutOffPre: evalInfo + 40,
  cutOffPost: evalInfo + 42,
  centreColumn: evalInfo + 44,
  readoutOffcentre: evalInfo + 48,
  centreLine: evalInfo + 56,
  centrePartition: evalInfo + 58,
});

export const layoutVB: ScanLayout = {
  name: 'VB',
  scanHeader: 0,
  channelHeader: 128,
  ...afterEvalInfo(20),
  slicePosition: 96,
  channelId: 124,
};

export const layoutVD: ScanLayout = {
  name: 'VD',
  scanHeader: 192,
  channelHeader: 32,
  ...afterEvalInfo(40),
  slicePosition: 100,
  channelId: 24,
};

/** Bytes of one line of all channels. */
export const scanBytes = (layout: ScanLayout, channels: number, samples: number): number =>
  layout.scanHeader + channels * (layout.channelHeader + 8 * samples);

/** Offset of a channel's first sample from the start of its scan. */
export const channelOffset = (layout: ScanLayout, channel: number, samples: number): number =>
  layout.scanHeader + channel * (layout.channelHeader + 8 * samples) + layout.channelHeader;

/** Evaluation flags, low word (bits 0–31). */
export const flag = {
  acqEnd: 1 << 0,
  rtFeedback: 1 << 1,
  hpFeedback: 1 << 2,
  syncData: 1 << 5,
  rawDataCorrection: 1 << 10,
  lastScanInMeasurement: 1 << 11,
  refPhaseStabilisation: 1 << 14,
  phaseStabilisation: 1 << 15,
  phaseCorrection: 1 << 21,
  patReference: 1 << 22,
  patReferenceAndImage: 1 << 23,
  reflect: 1 << 24,
  noiseAdjust: 1 << 25,
} as const;

/** Evaluation flags, high word (bits 32–63, given as bit − 32). */
export const flagHigh = {
  sliceAccelerationReference: 1 << 6,
  sliceAccelerationPhaseCorrection: 1 << 7,
  retroDummy: 1 << 19,
  b1ControlLoop: 1 << 21,
  skipRegridding: 1 << 23,
  vop: 1 << 24,
  fidNavigator: 1 << 28,
} as const;
