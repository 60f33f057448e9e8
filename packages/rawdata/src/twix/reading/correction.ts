import type { Protocol } from '../header/protocol.ts';

export interface Complex {
  readonly re: number;
  readonly im: number;
}

/**
 * Raw-data correction factors of the receive channels from the protocol's coil list: entries
 * `{ element } { FFT scale } { re } { im }` in the order of the channels. An empty pair of braces means 1 or 0.
 *
 * @returns undefined unless there is exactly one factor per coil
 */
export function correctionFactors(protocol: Protocol, coils: number): Complex[] | undefined {
  const list = protocol.match(
    /dRawDataCorrectionFactorIm">[\s\S]{0,400}?((?:\{\s*)+"[^"]+"\s*\}\s*\{[\s\S]*?)(?=<Param|<Method|<Event)/,
  );
  if (!list) return undefined;
  const factors: Complex[] = [];
  for (const entry of list[1]!.matchAll(/\{\s*"[^"]+"\s*\}\s*\{([^{}]*)\}\s*\{([^{}]*)\}\s*\{([^{}]*)\}/g)) {
    const re = entry[2]!.trim();
    const im = entry[3]!.trim();
    factors.push({ re: re === '' ? 1 : Number(re), im: im === '' ? 0 : Number(im) });
  }
  const usable =
    factors.length === coils &&
    factors.every(({ re, im }) => Number.isFinite(re * im) && re * re + im * im > 0);
  return usable ? factors : undefined;
}
