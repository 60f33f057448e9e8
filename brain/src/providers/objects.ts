import type { ByteSource } from '@mroptimum/contract';

/** What a link allows: one method on one object, of at most so many bytes, until it expires. */
export interface LinkRequest {
  readonly method: 'GET' | 'PUT';
  readonly key: string;
  readonly expiresInSeconds: number;
  /** GET: name under which a browser saves it (any Unicode). */
  readonly filename?: string;
  /** PUT: exact size of what may be put. */
  readonly size?: number;
  /** PUT: hex SHA-256 of what may be put; the sender repeats it (base64) in the header x-amz-checksum-sha256. */
  readonly sha256?: string;
  /** PUT where the size is not known beforehand: the most that may be put. */
  readonly maximumSize?: number;
  /** PUT of a part of a multipart upload. */
  readonly part?: { readonly uploadId: string; readonly number: number };
  /** GET: only one entry of a zip (a map of a bundle). */
  readonly entry?: string;
}

export interface StoredPart {
  readonly number: number;
  readonly size: number;
  /** Hex SHA-256 of the part; undefined where the store was not told one to verify. */
  readonly sha256?: string;
}

/**
 * Where bytes lie: a folder on disk, or S3. Objects appear whole or not at all (written under another name,
 * flushed, renamed). Keys are made by the brain alone, never from user input.
 */
export interface Objects {
  /** A URL that works without any other credential, bound to method, key, size and time. */
  link(request: LinkRequest): Promise<string>;
  /** @param checksums whether the link of every part will name its SHA-256, which the store then verifies */
  startMultipart(key: string, size: number, partSize: number, checksums?: boolean): Promise<string>;
  parts(key: string, uploadId: string): Promise<readonly StoredPart[]>;
  /**
   * Joins all parts; gives size and hex SHA-256 of the whole, as `sha256` does.
   * @throws MRO_BRAIN_UPLOAD where a part is missing or has another checksum than told
   */
  completeMultipart(
    key: string,
    uploadId: string,
    parts: readonly StoredPart[],
  ): Promise<{ size: number; sha256: string | undefined }>;
  abortMultipart(key: string, uploadId: string): Promise<void>;
  put(key: string, bytes: Uint8Array): Promise<void>;
  /** Random access; undefined where there is no such object. `path` is set for objects on a local disk. */
  open(key: string): Promise<ByteSource | undefined>;
  /** Hex SHA-256 of a whole object; undefined where it is too large to be read for that, or is not there. */
  sha256(key: string): Promise<string | undefined>;
  delete(key: string): Promise<void>;
  /** Keys below a prefix, for collecting what no record names. */
  list(prefix: string): AsyncIterable<{ key: string; size: number; modifiedAt: string }>;
}
