/** To the thread: hash `id` goes on with the bytes of a file from `from` to before `to`. */
export interface HashOrder {
  readonly id: number;
  readonly path: string;
  readonly from: number;
  readonly to: number;
  /** go: more follows; end: the digest is wanted; drop: it is not wanted any more. */
  readonly then: 'go' | 'end' | 'drop';
}

/** From the thread: the hex SHA-256 of a hash that was ended, or the error code of the disk. */
export interface HashNews {
  readonly id: number;
  readonly sha256?: string;
  readonly failed?: string;
}
