import type { Job, PresetSettings, Scope } from '@mroptimum/contract';

/** ISO 8601, UTC. */
export type Timestamp = string;

export type Role = 'user' | 'developer' | 'admin';
export type UserStatus = 'pending' | 'approved' | 'disabled';
/** Where a calculation runs: this machine or the lab, the operator's account, the user's own. */
export type Mode = 'local' | 'mode1' | 'mode2';

/** Every stored record carries a version: an update names the one it read (ETag / If-Match). */
export interface Versioned {
  readonly version: number;
  readonly createdAt: Timestamp;
  readonly updatedAt: Timestamp;
}

/** What a user may use; undefined: no limit. */
export interface Quota {
  readonly storageBytes?: number;
  readonly jobsPerMonth?: Partial<Record<Mode, number>>;
}

export interface User extends Versioned {
  readonly id: string;
  /** Lower case, unique. */
  readonly email: string;
  /** Lower case, unique. */
  readonly username: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly institution?: string;
  readonly title?: string;
  /** argon2id */
  readonly passwordHash: string;
  readonly role: Role;
  readonly status: UserStatus;
  readonly quota: Quota;
  /** Access tokens issued before this moment are void (password changed, signed out everywhere, disabled). */
  readonly tokensValidFrom: Timestamp;
}

/** One signed-in device: refresh tokens rotate inside a family; using an old one revokes the family. */
export interface Session {
  readonly id: string;
  readonly userId: string;
  /** SHA-256 of the current refresh token. */
  readonly refreshHash: string;
  /** The refresh token before, so that a client that lost the answer may ask again. */
  readonly previous?: {
    readonly refreshHash: string;
    readonly at: Timestamp;
    /** The current refresh token, masked by that one: who has only this record cannot read it. */
    readonly maskedNext: string;
  };
  readonly createdAt: Timestamp;
  readonly expiresAt: Timestamp;
  readonly revokedAt?: Timestamp;
}

/** What a rotation changes of a session. */
export type Rotation = Pick<Session, 'refreshHash' | 'expiresAt'> & Required<Pick<Session, 'previous'>>;

export { type Scope, scopes } from '@mroptimum/contract';

/** Personal token for scripts and computing units; shown once, stored as SHA-256. */
export interface ApiToken {
  readonly id: string;
  readonly userId: string;
  readonly name: string;
  readonly hash: string;
  readonly scopes: readonly Scope[];
  readonly createdAt: Timestamp;
  readonly expiresAt?: Timestamp;
  readonly lastUsedAt?: Timestamp;
}

/** A code sent by mail. */
export interface PasswordReset {
  readonly userId: string;
  readonly codeHash: string;
  readonly expiresAt: Timestamp;
  readonly attemptsLeft: number;
}

export type DataStatus = 'uploading' | 'checking' | 'available' | 'refused';

/** A file of a user's library. Nothing of it is visible to lists before it is available or refused. */
export interface DataFile extends Versioned {
  readonly id: string;
  readonly userId: string;
  readonly filename: string;
  readonly size: number;
  readonly status: DataStatus;
  readonly objectKey: string;
  /** The computing unit in whose account it lies; undefined: in the server's own store. */
  readonly unitId?: string;
  /** Hex, of the whole object; known when available and not too large to be read for it. */
  readonly sha256?: string;
  /** Format and matrix as the content says: "twix VE11C", 256 × 256 × 40, 32 coils. */
  readonly summary?: Readonly<Record<string, string | number | boolean>>;
  /** Why it was refused, or what deserves a warning (identity fields found). */
  readonly notice?: { readonly code: string; readonly message: string; readonly hint: string };
}

/** An upload under way. */
export interface Upload {
  readonly id: string;
  readonly userId: string;
  /** The data file, pipeline (own result) or ROI it becomes. */
  readonly target: { readonly kind: 'data' | 'result' | 'output'; readonly id: string };
  readonly objectKey: string;
  /** The computing unit in whose account it goes; undefined: into the server's own store. */
  readonly unitId?: string;
  /** Whether links name the SHA-256 of their part, which the store verifies. */
  readonly checksums?: boolean;
  /** Name for people, where what it becomes is made only when it is complete. */
  readonly name?: string;
  readonly size: number;
  readonly partSize: number;
  readonly createdAt: Timestamp;
  readonly expiresAt: Timestamp;
}

/** Where jobs run. */
export interface ComputingUnit extends Versioned {
  readonly id: string;
  readonly ownerId: string;
  readonly appId: string;
  readonly alias: string;
  readonly mode: Mode;
  readonly provider: string;
  readonly status: 'ready' | 'unreachable' | 'disabled';
  readonly isDefault: boolean;
  readonly isShared: boolean;
  /** Cloud units only. */
  readonly cloud?: {
    readonly awsAccountId: string;
    readonly region: string;
    readonly stateMachineArn: string;
    readonly resultsBucket: string;
    readonly failedBucket: string;
    readonly dataBucket: string;
    readonly crossAccountRoleArn?: string;
    readonly externalId?: string;
  };
  /** Key that signs its callbacks; never leaves the brain but once, at registration. */
  readonly callbackSecret: string;
  readonly lastSeenAt?: Timestamp;
  /** What it can carry at once, said by itself. */
  readonly capacity?: { readonly memoryBytes: number; readonly threads: number };
}

export type PipelineStatus = 'queued' | 'running' | 'completed' | 'failed' | 'cancelled';

/** One job from queue to result. */
export interface Pipeline extends Versioned {
  readonly id: string;
  readonly userId: string;
  readonly alias: string;
  readonly unitId: string;
  readonly mode: Mode;
  readonly status: PipelineStatus;
  readonly job: Job;
  /** Data files that the job reads. */
  readonly inputs: readonly string[];
  readonly idempotencyKey?: string;
  readonly attempts: number;
  /** How often the server itself ended in the middle of it; that counts as no attempt. */
  readonly interruptions?: number;
  /** `cost` in US dollars, for units that are paid for by the job. */
  readonly estimate?: { readonly seconds: number; readonly bytes: number; readonly cost?: number };
  readonly progress: number;
  readonly lease?: { readonly id: string; readonly worker: string; readonly expiresAt: Timestamp };
  readonly cancelRequested: boolean;
  readonly startedAt?: Timestamp;
  readonly finishedAt?: Timestamp;
  readonly resultKey?: string;
  readonly failureKey?: string;
  readonly error?: { readonly code: string; readonly message: string; readonly hint: string };
  /** Summary of info.json: maps, medians. */
  readonly result?: Readonly<Record<string, unknown>>;
}

/** What watchers see; `sequence` grows by one within a pipeline. */
export interface PipelineEvent {
  readonly pipelineId: string;
  readonly sequence: number;
  readonly at: Timestamp;
  readonly type: 'state' | 'progress' | 'log';
  readonly data: Readonly<Record<string, unknown>>;
}

/** A stored region of interest. */
export interface Roi extends Versioned {
  readonly id: string;
  readonly userId: string;
  readonly pipelineId: string;
  readonly filename: string;
  readonly type: string;
  readonly contentType: string;
  readonly objectKey: string;
  readonly size: number;
  readonly data?: Readonly<Record<string, unknown>>;
}

/** Settings of jobs under a name, without files. */
export interface Preset extends Versioned {
  readonly id: string;
  readonly userId: string;
  readonly name: string;
  readonly settings: PresetSettings;
  /** Everybody on this server sees it. */
  readonly isShared: boolean;
}

/** One page of a list, newest first, and where the next begins. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor?: string;
}

export interface PageRequest {
  readonly limit: number;
  readonly cursor?: string;
}
