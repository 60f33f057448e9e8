import { z } from 'zod';
import { components, layouts } from '../model/names.ts';

/** Numbers with commas between, as an address has them: "48,48,2". */
const numbers = (count: number) =>
  z
    .string()
    .refine((text) => parsed(text).length === count && parsed(text).every(Number.isFinite))
    .optional()
    .catch(undefined);
/** The numbers of such a text. */
export const parsed = (text: string): number[] =>
  text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));

/**
 * What is looked at, as an address has it, so that a link leads others to the same picture. What is missing or
 * makes no sense is as it is when a result is opened.
 */
export const placeSchema = z.object({
  /** Id of the map. */
  map: z.number().int().optional().catch(undefined),
  view: z.enum(layouts).optional().catch(undefined),
  /** Voxel of the crosshair: i,j,k. It says the slice as well. */
  at: numbers(3),
  /** Of complex maps. */
  part: z.enum(components).optional().catch(undefined),
  /** Window, where it was set by hand: low,high. */
  window: numbers(2),
});
export type Place = z.infer<typeof placeSchema>;
