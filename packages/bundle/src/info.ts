import type {
  BundleEntry,
  BundleInfo,
  BundleSummary,
  LogEntry,
  PixelFormat,
  ResultMap,
} from '@mroptimum/contract';
import { withoutSecrets } from '@mroptimum/contract';

/** What a caller knows about a calculation when its bundle is written. */
export interface InfoInput {
  /** The task as it was asked for. Secrets are left out whatever it holds. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly log: readonly LogEntry[];
  /** Seconds. */
  readonly calculationTime: number;
  readonly summary: BundleSummary;
  readonly userId?: string | number | null;
}

/** One line of info.json's list of maps. */
export function bundleEntry(map: ResultMap, format: PixelFormat): BundleEntry {
  return {
    filename: map.filename,
    id: map.id,
    dim: map.dim,
    name: map.name,
    type: map.type,
    numpyPixelType: format,
    pixelType: format === 'complex64' ? 'complex' : 'real',
  };
}

/** Builds info.json. Tokens, passwords, e-mail addresses and signatures of addresses never enter it. */
export function buildInfo(input: InfoInput, data: readonly BundleEntry[]): BundleInfo {
  return {
    headers: {
      calculation_time: input.calculationTime,
      options: withoutSecrets(input.options),
      log: input.log.map((entry) => withoutSecrets(entry)),
    },
    data: [...data],
    info: { ...input.summary, calculation_time: input.calculationTime },
    user_id: input.userId ?? null,
  };
}
