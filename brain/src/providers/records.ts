import type {
  ApiToken,
  ComputingUnit,
  DataFile,
  Page,
  PageRequest,
  PasswordReset,
  Pipeline,
  PipelineEvent,
  PipelineStatus,
  Preset,
  Roi,
  Rotation,
  Session,
  Upload,
  User,
} from '../entities.ts';

/**
 * What the brain remembers. Two implementations share one contract test: SQLite on a machine, DynamoDB in the
 * cloud; every access below is a key or an index look-up, never a scan.
 *
 * Updates of versioned records take the record as read with its changes, store it with version + 1 and throw
 * MRO_BRAIN_CONFLICT where somebody was faster. Creating what exists (same id, e-mail, username) throws
 * MRO_BRAIN_EXISTS. Reading what does not exist gives undefined.
 */
export interface Records {
  readonly users: {
    create(user: User): Promise<void>;
    byId(id: string): Promise<User | undefined>;
    byEmail(email: string): Promise<User | undefined>;
    byUsername(username: string): Promise<User | undefined>;
    update(user: User): Promise<User>;
    list(page: PageRequest): Promise<Page<User>>;
    count(): Promise<number>;
  };
  readonly sessions: {
    put(session: Session): Promise<void>;
    byId(id: string): Promise<Session | undefined>;
    /** Replaces the refresh hash if it is still `expected`; false where it is not (reuse) or the session is revoked. */
    rotate(id: string, expected: string, next: Rotation): Promise<boolean>;
    revoke(id: string, at: string): Promise<void>;
    revokeAll(userId: string, at: string): Promise<void>;
  };
  readonly apiTokens: {
    create(token: ApiToken): Promise<void>;
    byHash(hash: string): Promise<ApiToken | undefined>;
    listByUser(userId: string): Promise<readonly ApiToken[]>;
    touch(id: string, at: string): Promise<void>;
    delete(userId: string, id: string): Promise<boolean>;
  };
  readonly resets: {
    put(reset: PasswordReset): Promise<void>;
    byUser(userId: string): Promise<PasswordReset | undefined>;
    delete(userId: string): Promise<void>;
  };
  readonly limits: {
    /** Counts one event in a window that begins with the first; gives the count so far and when it ends (ms). */
    hit(key: string, now: number, windowMs: number): Promise<{ count: number; endsAt: number }>;
    clear(key: string): Promise<void>;
  };
  readonly data: {
    create(file: DataFile): Promise<void>;
    byId(id: string): Promise<DataFile | undefined>;
    update(file: DataFile): Promise<DataFile>;
    delete(id: string): Promise<void>;
    /** Available and refused ones only. */
    listByUser(userId: string, page: PageRequest): Promise<Page<DataFile>>;
    /** Bytes of all files of a user, uploads under way included. */
    usage(userId: string): Promise<number>;
  };
  readonly uploads: {
    create(upload: Upload): Promise<void>;
    byId(id: string): Promise<Upload | undefined>;
    delete(id: string): Promise<void>;
    /** Those that ended before `now`, to be collected. */
    expired(now: string, limit: number): Promise<readonly Upload[]>;
  };
  readonly units: {
    create(unit: ComputingUnit): Promise<void>;
    byId(id: string): Promise<ComputingUnit | undefined>;
    update(unit: ComputingUnit): Promise<ComputingUnit>;
    delete(id: string): Promise<void>;
    /** Own ones and shared ones. */
    listVisible(userId: string): Promise<readonly ComputingUnit[]>;
  };
  readonly pipelines: {
    /** Stores the job and its first event as one; with a known idempotency key of the user gives the earlier one. */
    create(pipeline: Pipeline): Promise<Pipeline>;
    byId(id: string): Promise<Pipeline | undefined>;
    byIdempotencyKey(userId: string, key: string): Promise<Pipeline | undefined>;
    /**
     * Stores changes and, in the same transaction, an event; refuses (undefined) where the stored status is none
     * of `from` or the version moved on.
     */
    transition(
      pipeline: Pipeline,
      from: readonly PipelineStatus[],
      event: Omit<PipelineEvent, 'sequence' | 'pipelineId'>,
    ): Promise<Pipeline | undefined>;
    listByUser(
      userId: string,
      page: PageRequest & { readonly status?: PipelineStatus },
    ): Promise<Page<Pipeline>>;
    /** Queued jobs of a unit, oldest first. */
    queued(unitId: string, limit: number): Promise<readonly Pipeline[]>;
    /** Running jobs whose lease ended before `now`. */
    abandoned(now: string, limit: number): Promise<readonly Pipeline[]>;
    /** Queued jobs of units that are pushed to (modes 1 and 2), not changed since `before`; oldest first. */
    unstarted(before: string, limit: number): Promise<readonly Pipeline[]>;
    /** Jobs of a user that were queued in a calendar month ("2026-03", UTC), those that he deleted since included. */
    countInMonth(userId: string, mode: string, month: string): Promise<number>;
    /** Of all users, for the operator's metrics; may lag behind. */
    countByStatus(): Promise<Readonly<Record<PipelineStatus, number>>>;
    delete(id: string): Promise<void>;
    /** Adds progress and log lines; gives the last sequence. */
    append(id: string, events: readonly Omit<PipelineEvent, 'sequence' | 'pipelineId'>[]): Promise<number>;
    events(id: string, after: number, limit: number): Promise<readonly PipelineEvent[]>;
  };
  readonly rois: {
    create(roi: Roi): Promise<void>;
    byId(id: string): Promise<Roi | undefined>;
    listByPipeline(pipelineId: string): Promise<readonly Roi[]>;
    delete(id: string): Promise<void>;
  };
  readonly presets: {
    create(preset: Preset): Promise<void>;
    byId(id: string): Promise<Preset | undefined>;
    update(preset: Preset): Promise<Preset>;
    delete(id: string): Promise<void>;
    /** Own ones and shared ones, oldest first. */
    listVisible(userId: string): Promise<readonly Preset[]>;
  };
  /** A consistent copy while running (the local provider's; in the cloud point-in-time recovery serves). */
  backup(path: string): Promise<void>;
  close(): Promise<void>;
}
