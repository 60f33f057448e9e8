import type { ByteSource } from '@mroptimum/contract';
import { MroError } from '@mroptimum/contract';
import type { AcquisitionHeader, OpenOptions, RawData } from '../acquisition.ts';
import { Hdf5File } from '../hdf5/file.ts';
import { summariseSampling } from '../lattice.ts';
import type { Placement } from './acquisitions.ts';
import { readAcquisitions, readPlacement } from './acquisitions.ts';
import { findIsmrmrd, readXmlBytes } from './container.ts';
import { geometryOf, isPlaced, spatialOrder } from './geometry.ts';
import { noiseLines, readNoiseLines } from './noise.ts';
import type { Plan } from './plan.ts';
import { planReading } from './plan.ts';
import { centred, readKSpace } from './slices.ts';
import { parseXml } from './xml.ts';
import type { XmlHeader } from './xmlHeader.ts';
import { readXmlHeader } from './xmlHeader.ts';

/** R along phase and partition and the number of calibration lines, as the data show them. */
function sampling(plan: Plan, slice: number | undefined) {
  const own = plan.image.filter((a) => a.slice === slice && a.repetition === plan.repetitions[0]);
  const middle = own[Math.floor(own.length / 2)];
  const row = (extent: number, places: Iterable<number>) => {
    const flags = new Uint8Array(extent);
    for (const place of places) if (place >= 0 && place < extent) flags[place] = 1;
    return flags;
  };
  const { phase, partition } = plan;
  const inPartition = own.filter((a) => a.partition === middle?.partition);
  const lines = summariseSampling(
    row(
      phase.extent,
      inPartition.map((a) => centred(a.line, phase)),
    ),
  );
  const onLine = own.filter((a) => a.line === middle?.line);
  const deep = summariseSampling(
    row(
      partition.extent,
      onLine.map((a) => centred(a.partition, partition)),
    ),
  );
  const separate = new Set(plan.calibration.filter((a) => a.slice === slice).map((a) => a.line)).size;
  return {
    acceleration: lines.acceleration,
    deep: deep.acceleration,
    reference: Math.max(lines.extra, separate),
  };
}

function compareWithHeader(plan: Plan, found: { acceleration: number }, notes: string[]): void {
  const announced = plan.encoding.acceleration[0];
  if (plan.image.length > 0 && announced !== found.acceleration) {
    notes.push(
      `The header announces acceleration ${announced}; the data hold ${found.acceleration}, which is used.`,
    );
  }
}

/** Repetitions that hold different lines cannot be told apart by their noise. */
function compareRepetitions(plan: Plan, notes: string[]): void {
  const lines = plan.repetitions.map((repetition) => {
    const own = plan.image.filter((a) => a.repetition === repetition && a.slice === plan.sliceCounters[0]);
    return [...new Set(own.map((a) => a.line))].sort((a, b) => a - b).join();
  });
  if (new Set(lines).size > 1) notes.push('The repetitions hold different lines of k-space.');
}

function headerOf(
  xml: XmlHeader,
  plan: Plan,
  placements: readonly Placement[],
  notes: string[],
): AcquisitionHeader {
  const found = sampling(plan, plan.sliceCounters[0]);
  compareWithHeader(plan, found, notes);
  compareRepetitions(plan, notes);
  const noise = noiseLines(plan);
  const image = plan.image[0];
  const dwell = image && image.sampleTime > 0 ? image.sampleTime * 1e-6 : undefined;
  const noiseDwell =
    noise.lines[0] && noise.lines[0].sampleTime > 0 ? noise.lines[0].sampleTime * 1e-6 : undefined;
  const geometry = geometryOf(plan, placements);
  if (geometry && !placements.every(isPlaced)) {
    notes.push('The acquisitions do not say where the slices lie; the maps lie along the patient axes.');
  }
  const system = {
    ...(xml.vendor && { vendor: xml.vendor }),
    ...(xml.model && { model: xml.model }),
    ...(xml.fieldStrength && { fieldStrength: xml.fieldStrength }),
  };
  return {
    format: 'ismrmrd',
    variant: xml.version ? `1.x, header version ${xml.version}` : '1.x',
    coils: plan.coils,
    readout: plan.readout,
    phase: plan.phase.extent,
    partitions: plan.partition.extent,
    slices: Math.max(1, plan.sliceCounters.length),
    repetitions: Math.max(1, plan.repetitions.length),
    averages: plan.averages,
    readoutOversampling: plan.readoutOversampling,
    acceleration: [1, found.acceleration],
    accelerationPartition: found.deep,
    referenceLines: found.reference,
    ...(dwell && { dwellTime: dwell }),
    ...(plan.noise.length > 0 && {
      noise: {
        source: noise.source,
        coils: noise.lines[0]!.channels,
        readouts: noise.lines.length,
        samplesPerReadout: noise.lines[0]!.samples,
        ...(noiseDwell && { dwellTime: noiseDwell }),
      },
    }),
    ...(geometry && { geometry }),
    ...(xml.protocol && { protocol: xml.protocol }),
    ...(xml.sequence && { sequence: xml.sequence }),
    ...(Object.keys(system).length > 0 && { system }),
    ...(xml.coilNames.length > 0 && { coilNames: xml.coilNames }),
  };
}

/**
 * Opens an ISMRMRD file (HDF5; ismrm.github.io/mrd, schema 1.x). The heads of all acquisitions are read now,
 * samples when a slice or the noise is asked for.
 * @throws MRO_RAW_UNKNOWN, MRO_RAW_CORRUPT, MRO_RAW_TRUNCATED, MRO_RAW_UNSUPPORTED
 */
export async function openIsmrmrd(source: ByteSource, options: OpenOptions = {}): Promise<RawData> {
  const file = await Hdf5File.open(source);
  const group = await findIsmrmrd(file, options.variable);
  if (group === undefined) {
    throw new MroError('MRO_RAW_UNKNOWN', `${source.name} has no group of ISMRMRD acquisitions.`, {
      details: { file: source.name },
    });
  }
  const { bytes } = await readXmlBytes(file, group.xml);
  const xml = readXmlHeader(parseXml(bytes, source.name));
  const plan = planReading(source.name, xml, await readAcquisitions(file, group));
  const placements = new Map<number, Placement>();
  for (const counter of plan.sliceCounters) {
    const row = plan.image.find((acquisition) => acquisition.slice === counter)!.row;
    placements.set(counter, await readPlacement(file, group, row));
  }
  const order = spatialOrder(placements);
  const notes = [...plan.notes];
  const header = headerOf(
    xml,
    plan,
    order.map((counter) => placements.get(counter)!),
    notes,
  );
  return {
    header,
    notes,
    readSlice: async (slice, options = {}) => {
      const { partition = 0 } = options;
      const counter = order[slice];
      if (order.length === 0) {
        throw new MroError('MRO_RAW_NO_IMAGE', `${source.name} holds no imaging lines.`, {
          details: { file: source.name },
        });
      }
      if (counter === undefined || !(partition >= 0 && partition < header.partitions)) {
        const what = `${source.name} has ${order.length} slices and ${header.partitions} partitions; slice ${slice}, partition ${partition} is not among them`;
        throw new MroError('MRO_RAW_SLICE', `${what}.`, { details: { file: source.name, slice, partition } });
      }
      return readKSpace(file, plan, counter, options);
    },
    readNoise: async ({ signal } = {}) => {
      const noise = await readNoiseLines(file, noiseLines(plan), signal);
      const stated = xml.relativeNoiseBandwidth;
      return stated !== undefined && stated > 0 && stated <= 1
        ? { ...noise, statedBandwidth: stated }
        : noise;
    },
    close: async () => {},
  };
}
