/** One thing that was looked at. */
export interface Finding {
  readonly what: string;
  readonly ok: boolean;
  /** What was found; where it is not well, what to do. */
  readonly words: string;
}

export const well = (what: string, words: string): Finding => ({ what, ok: true, words });
export const ill = (what: string, words: string): Finding => ({ what, ok: false, words });
