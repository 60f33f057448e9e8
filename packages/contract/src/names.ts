import { z } from 'zod';

/**
 * A name of a closed list, read case-insensitively and with blanks around it, because clients have
 * written `SENSE`, `Sense` and `sense` over the years. The parsed value is the list's own spelling.
 */
export function nameOf<const Names extends readonly [string, ...string[]]>(
  names: Names,
  aliases: Readonly<Record<string, Names[number]>> = {},
) {
  const known = new Map<string, string>(names.map((name) => [name.toLowerCase(), name]));
  for (const [alias, name] of Object.entries(aliases)) known.set(alias.toLowerCase(), name);
  return z.preprocess(
    (value) => (typeof value === 'string' ? (known.get(value.trim().toLowerCase()) ?? value) : value),
    z.enum(names),
  );
}

/** SNR methods: analytic, multiple replicas, pseudo multiple replicas, generalised pseudo-replica, difference image. */
export const methodNames = ['ac', 'mr', 'pmr', 'cr', 'di'] as const;
export type MethodName = (typeof methodNames)[number];

export const reconstructionNames = ['rss', 'b1', 'sense', 'grappa'] as const;
export type ReconstructionName = (typeof reconstructionNames)[number];

/** The informative ids that existing clients send beside the names. */
export const methodIds: Readonly<Record<MethodName, number>> = { ac: 0, mr: 1, pmr: 2, cr: 3, di: 4 };
export const reconstructionIds: Readonly<Record<ReconstructionName, number>> = {
  rss: 0,
  b1: 1,
  sense: 2,
  grappa: 3,
};
