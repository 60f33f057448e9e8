/**
 * What an edit changed: runs of neighbouring voxels that had one label and got another, four numbers each
 * (start, length, label before, label after). A filled rectangle of 100 × 100 voxels is 100 runs, not 10,000 voxels.
 */
export type Change = Uint32Array;

/** The change that takes these voxels (ascending places) to a label; undefined where nothing differs. */
export function changeTo(labels: Uint16Array, voxels: ArrayLike<number>, after: number): Change | undefined {
  const runs: number[] = [];
  for (let i = 0; i < voxels.length; i++) {
    const at = voxels[i]!;
    const before = labels[at]!;
    if (before !== after) append(runs, at, before, after);
  }
  return runs.length > 0 ? Uint32Array.from(runs) : undefined;
}

/** The change between two states of a drawing. */
export function changeBetween(before: Uint16Array, after: Uint16Array): Change | undefined {
  const runs: number[] = [];
  for (let at = 0; at < before.length; at++) {
    if (before[at] !== after[at]) append(runs, at, before[at]!, after[at]!);
  }
  return runs.length > 0 ? Uint32Array.from(runs) : undefined;
}

function append(runs: number[], at: number, before: number, after: number): void {
  const last = runs.length - 4;
  const goesOn =
    last >= 0 &&
    runs[last]! + runs[last + 1]! === at &&
    runs[last + 2] === before &&
    runs[last + 3] === after;
  if (goesOn) runs[last + 1]!++;
  else runs.push(at, 1, before, after);
}

/** Makes a change, or takes it back. */
export function apply(labels: Uint16Array, change: Change, back = false): void {
  for (let i = 0; i < change.length; i += 4) {
    const start = change[i]!;
    labels.fill(change[i + (back ? 2 : 3)]!, start, start + change[i + 1]!);
  }
}

/** Numbers that the history keeps at most; the oldest edits go first (64 MB). */
const historyLimit = 2 ** 24;

/** Edits that can be taken back and made again. */
export class History {
  readonly #done: Change[] = [];
  readonly #undone: Change[] = [];
  #size = 0;

  get canUndo(): boolean {
    return this.#done.length > 0;
  }

  get canRedo(): boolean {
    return this.#undone.length > 0;
  }

  /** Numbers that are kept. */
  get size(): number {
    return this.#size;
  }

  /** Remembers a change that was made; what had been taken back before is lost. */
  push(change: Change): void {
    for (const lost of this.#undone.splice(0)) this.#size -= lost.length;
    this.#done.push(change);
    this.#size += change.length;
    while (this.#size > historyLimit && this.#done.length > 1) this.#size -= this.#done.shift()!.length;
  }

  undo(labels: Uint16Array): boolean {
    const change = this.#done.pop();
    if (!change) return false;
    apply(labels, change, true);
    this.#undone.push(change);
    return true;
  }

  redo(labels: Uint16Array): boolean {
    const change = this.#undone.pop();
    if (!change) return false;
    apply(labels, change);
    this.#done.push(change);
    return true;
  }
}
