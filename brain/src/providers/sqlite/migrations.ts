/**
 * Every record is one JSON document; the columns it is looked up by are computed from it, so they cannot disagree
 * with it. A migration is never changed once released: a later one is added.
 */
const text = (name: string): string =>
  `${name} TEXT GENERATED ALWAYS AS (json_extract(doc, '$.${name}')) VIRTUAL`;
const number = (name: string): string =>
  `${name} INTEGER GENERATED ALWAYS AS (json_extract(doc, '$.${name}')) VIRTUAL`;
const table = (name: string, ...columns: readonly string[]): string =>
  `CREATE TABLE ${name} (${['id TEXT PRIMARY KEY', 'doc TEXT NOT NULL', ...columns].join(', ')}) STRICT;`;

const first = [
  table('users', text('email'), text('username'), text('createdAt'), number('version')),
  'CREATE UNIQUE INDEX usersByEmail ON users (email);',
  'CREATE UNIQUE INDEX usersByUsername ON users (username);',
  'CREATE INDEX usersByTime ON users (createdAt, id);',

  table('sessions', text('userId'), text('refreshHash'), text('expiresAt'), text('revokedAt')),
  'CREATE INDEX sessionsByUser ON sessions (userId, expiresAt);',

  table('apiTokens', text('userId'), text('hash'), text('createdAt')),
  'CREATE UNIQUE INDEX apiTokensByHash ON apiTokens (hash);',
  'CREATE INDEX apiTokensByUser ON apiTokens (userId, createdAt);',

  table('resets'),

  'CREATE TABLE limits (id TEXT PRIMARY KEY, count INTEGER NOT NULL, endsAt INTEGER NOT NULL) STRICT;',
  'CREATE INDEX limitsByEnd ON limits (endsAt);',

  table('dataFiles', text('userId'), text('status'), number('size'), text('createdAt'), number('version')),
  `CREATE INDEX dataVisible ON dataFiles (userId, createdAt, id) WHERE status IN ('available', 'refused');`,
  'CREATE INDEX dataUsage ON dataFiles (userId, size);',

  table('uploads', text('expiresAt')),
  'CREATE INDEX uploadsByEnd ON uploads (expiresAt);',

  table('units', text('ownerId'), number('isShared'), text('createdAt'), number('version')),
  'CREATE INDEX unitsByOwner ON units (ownerId);',
  'CREATE INDEX unitsShared ON units (id) WHERE isShared;',

  table(
    'pipelines',
    text('userId'),
    text('unitId'),
    text('mode'),
    text('status'),
    text('idempotencyKey'),
    text('createdAt'),
    number('version'),
    `leaseEndsAt TEXT GENERATED ALWAYS AS (json_extract(doc, '$.lease.expiresAt')) VIRTUAL`,
  ),
  'CREATE UNIQUE INDEX pipelinesByIdempotencyKey ON pipelines (userId, idempotencyKey) WHERE idempotencyKey IS NOT NULL;',
  'CREATE INDEX pipelinesByTime ON pipelines (userId, createdAt, id);',
  'CREATE INDEX pipelinesByStatus ON pipelines (userId, status, createdAt, id);',
  'CREATE INDEX pipelinesByMode ON pipelines (userId, mode, createdAt);',
  `CREATE INDEX pipelinesQueued ON pipelines (unitId, createdAt, id) WHERE status = 'queued';`,
  `CREATE INDEX pipelinesLeased ON pipelines (leaseEndsAt) WHERE status = 'running';`,

  `CREATE TABLE events (pipelineId TEXT NOT NULL, sequence INTEGER NOT NULL, doc TEXT NOT NULL,
     PRIMARY KEY (pipelineId, sequence)) STRICT, WITHOUT ROWID;`,

  table('rois', text('pipelineId'), text('createdAt')),
  'CREATE INDEX roisByPipeline ON rois (pipelineId, createdAt, id);',
];

const presets = [
  table('presets', text('userId'), number('isShared'), text('createdAt'), number('version')),
  'CREATE INDEX presetsByOwner ON presets (userId);',
  'CREATE INDEX presetsShared ON presets (id) WHERE isShared;',
];

/** Counts outlive the jobs: who deletes them has queued them all the same. Bundles that were brought had no unit. */
const monthlyJobs = [
  `CREATE TABLE monthlyJobs (userId TEXT NOT NULL, mode TEXT NOT NULL, month TEXT NOT NULL, count INTEGER NOT NULL,
     PRIMARY KEY (userId, mode, month)) STRICT, WITHOUT ROWID;`,
  `INSERT INTO monthlyJobs SELECT userId, mode, substr(createdAt, 1, 7), count(*) FROM pipelines
     WHERE unitId <> 'uploaded' GROUP BY userId, mode, substr(createdAt, 1, 7);`,
  'DROP INDEX pipelinesByMode;',
];

const unstarted = [
  `ALTER TABLE pipelines ADD COLUMN ${text('updatedAt')};`,
  `CREATE INDEX pipelinesUnstarted ON pipelines (updatedAt) WHERE status = 'queued' AND mode <> 'local';`,
];

export const migrations: readonly string[] = [first, presets, monthlyJobs, unstarted].map((statements) =>
  statements.join('\n'),
);
