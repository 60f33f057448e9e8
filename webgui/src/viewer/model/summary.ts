import type { BundleInfo } from '@mroptimum/contract';
import { viewer } from '../../strings/viewer.ts';
import { readable } from './format.ts';
import type { MapVolume } from './volume.ts';

/** What a physicist asks first about a result: names and values, those that are known. */
export function summaryOf({ info, headers }: BundleInfo, map?: MapVolume): (readonly [string, string])[] {
  const words = viewer.summary;
  const number = (value: number | null | undefined): string | undefined =>
    value === null || value === undefined ? undefined : readable(value);
  const time = info.calculation_time ?? headers.calculation_time;
  const differences = Array.isArray(info.differenceValues) ? (info.differenceValues as unknown[]) : [];
  const rows: (readonly [string, string | undefined])[] = [
    [words.method, info.method],
    [words.reconstruction, info.reconstruction],
    [words.units, info.snrUnits],
    [words.difference, differences.map((value) => readable(Number(value))).join(', ') || undefined],
    [words.slices, info.slices === null ? undefined : info.slices?.toString()],
    [words.replicas, info.replicas?.toString()],
    [words.seed, info.seed?.toString()],
    [words.noise, info.noise?.source],
    [words.bandwidth, number(info.noise?.bandwidth)],
    [words.covarianceScale, number(info.noise?.covarianceScale)],
    [words.samples, info.noise?.samples.toLocaleString('en')],
    [words.matrix, map?.size.join(' × ')],
    [words.voxel, map?.affine && `${map.spacing.map((mm) => readable(mm, 3)).join(' × ')} mm`],
    [words.time, time === null || time === undefined ? undefined : viewer.seconds(time)],
    [words.engine, info.engine?.version],
    [words.kernel, info.engine?.kernel],
  ];
  return rows.filter((row): row is readonly [string, string] => row[1] !== undefined && row[1] !== '');
}
