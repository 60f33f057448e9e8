/** Records of somebody else, which a request tries to reach. */
export interface Foreign {
  readonly user: string;
  readonly token: string;
  readonly data: string;
  readonly key: string;
  readonly upload: string;
  readonly resultUpload: string;
  readonly queued: string;
  readonly completed: string;
  readonly lease: string;
  readonly unit: string;
  readonly roi: string;
  readonly preset: string;
}

/** What is sent: values of the path, the query and the JSON body. */
export interface Reach {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, unknown>>;
}

/** Where reaching for what belongs to another is not answered with 404 to everybody. */
export interface Exception {
  /** What is answered, to what exists and to what does not alike. */
  readonly status?: 200 | 409;
  /** Administrators may. */
  readonly administrators?: true;
}

/** Who may call a route; and how somebody would reach for what belongs to another. */
export type Row = readonly [access: string, reach?: (foreign: Foreign) => Reach, exception?: Exception];

const byId =
  (name: keyof Foreign, body?: Reach['body']) =>
  (foreign: Foreign): Reach => ({ params: { id: foreign[name] }, ...(body && { body }) });

const callback = ({ queued, lease }: Foreign): Reach => ({
  params: { id: queued },
  body: { pipeline: queued, lease, error: { code: 'MRO_INTERNAL', message: '', hint: '' } },
});

/** Every route of the API. A route that is not here fails the authorisation tests. */
export const accessTable: Readonly<Record<string, Row>> = {
  'GET /health': ['public'],
  'GET /api/health': ['public'],
  'GET /metrics': ['public'],
  'GET /objects/{key}': ['link', ({ key }) => ({ params: { key } })],
  'PUT /objects/{key}': ['link', ({ key }) => ({ params: { key } })],

  'POST /api/auth/register': ['public'],
  'POST /api/auth/login': ['public'],
  'POST /api/auth/refresh': ['public'],
  'POST /api/auth/logout': ['user'],
  'POST /api/auth/logout-everywhere': ['user'],
  'POST /api/auth/change-password': ['user'],
  'POST /api/auth/forgot-password': ['public'],
  'POST /api/auth/reset-password': ['public'],
  'GET /api/auth/profile': ['user any'],
  'GET /api/profile': ['user any'],
  'GET /api/auth/tokens': ['user'],
  'POST /api/auth/tokens': ['user'],
  'DELETE /api/auth/tokens': ['user', ({ token }) => ({ query: { id: token } })],
  'DELETE /api/auth/tokens/{id}': ['user', byId('token')],

  'GET /api/admin/users': ['admin'],
  'GET /api/admin/users/{id}': ['admin'],
  'POST /api/admin/users/{id}/approve': ['admin'],
  'POST /api/admin/users/{id}/disable': ['admin'],
  'POST /api/admin/users/{id}/role': ['admin'],
  'POST /api/admin/users/{id}/quota': ['admin'],

  'GET /api/data': ['user data:read'],
  'GET /api/data/read': ['user data:read'],
  'GET /api/data/{id}': ['user data:read', byId('data')],
  'POST /api/data/update': ['user data:write', ({ data }) => ({ body: { id: data, filename: 'mine.dat' } })],
  'POST /api/data/delete/{id}': ['user data:write', byId('data')],
  'POST /api/data/presign': ['user data:write', ({ data }) => ({ body: { method: 'GET', id: data } })],
  'POST /api/upload_initiate': ['user data:write'],
  'GET /api/upload/{id}/parts': ['user data:write', byId('upload')],
  'POST /api/upload_finalize': ['user data:write', ({ upload }) => ({ body: { uploadId: upload } })],
  'POST /api/upload_abort': ['user data:write', ({ upload }) => ({ body: { uploadId: upload } })],
  'POST /api/upload_initiate/results': ['user jobs:write'],
  'POST /api/upload_finalize/results': [
    'user jobs:write',
    ({ resultUpload }) => ({ body: { uploadId: resultUpload } }),
  ],

  'POST /api/task/queue': ['user jobs:write'],
  'POST /api/pipeline/queue_job': ['user jobs:write'],
  'POST /api/task/estimate': ['user jobs:read'],
  'POST /api/pipeline/request': ['user jobs:write'],
  'GET /api/pipeline': ['user jobs:read'],
  'GET /api/pipeline/list': ['user jobs:read'],
  'GET /api/pipeline/count_calculations': ['user jobs:read'],
  'GET /api/pipeline/{id}': ['user jobs:read', byId('queued')],
  'GET /api/pipeline/status/{id}': ['user jobs:read', byId('queued')],
  'GET /api/pipeline/{id}/events': ['user jobs:read', byId('completed')],
  'GET /api/pipeline/{id}/results': ['user jobs:read', byId('queued')],
  'POST /api/pipeline/update': ['user jobs:write', ({ queued }) => ({ body: { id: queued, alias: 'mine' } })],
  'POST /api/pipeline/{id}/cancel': ['user jobs:write', byId('queued')],
  'POST /api/pipeline/{id}/retry': ['user jobs:write', byId('completed')],
  'DELETE /api/pipeline/delete': ['user jobs:write', ({ completed }) => ({ query: { id: completed } })],
  'POST /api/unzip': ['user jobs:read', ({ key }) => ({ body: { Bucket: 'mroptimum', Key: key } })],

  'GET /api/roi/list': ['user jobs:read', ({ completed }) => ({ query: { pipeline_id: completed } })],
  'POST /api/roi/upload': [
    'user jobs:write',
    ({ completed }) => ({ body: { filename: 'roi.zip', pipeline_id: completed, type: 'image', size: 10 } }),
  ],
  'DELETE /api/roi/delete': ['user jobs:write', ({ roi }) => ({ body: { roi_id: roi } })],

  'GET /api/preset/list': ['user jobs:read'],
  'POST /api/preset/create': ['user jobs:write'],
  'POST /api/preset/update': ['user jobs:write', ({ preset }) => ({ body: { id: preset, name: 'mine' } })],
  'DELETE /api/preset/delete': ['user jobs:write', ({ preset }) => ({ query: { id: preset } })],

  'GET /api/cloudapp/list': ['user jobs:read'],
  'POST /api/cloudapp/create': ['admin'],
  'GET /api/computing-unit/list': ['user jobs:read'],
  'POST /api/computing-unit/register': ['user units:write'],
  'POST /api/computing-unit/delete': [
    'user units:write',
    ({ unit }) => ({ body: { computingUnitId: unit } }),
    { administrators: true },
  ],
  'POST /api/computing-unit/{id}/check': ['user units:write', byId('unit'), { administrators: true }],

  'POST /api/unit/lease': [
    'user unit:run',
    ({ unit }) => ({
      body: { computingUnitId: unit, worker: 'w', memoryBytes: 1e9, threads: 1, waitSeconds: 0 },
    }),
  ],
  'POST /api/unit/lease/{id}/heartbeat': ['user unit:run', byId('lease', { progress: 0.5 }), { status: 200 }],
  'POST /api/unit/lease/{id}/output': [
    'user unit:run',
    byId('lease', { kind: 'result', size: 10 }),
    { status: 409 },
  ],
  'POST /api/unit/lease/{id}/release': ['user unit:run', byId('lease'), { status: 200 }],
  'POST /api/pipeline/completed': ['unit', callback],
  'POST /api/pipeline/completed/{id}': ['unit', callback],
  'POST /api/pipeline/failed': ['unit', callback],
  'POST /api/pipeline/failed/{id}': ['unit', callback],
};
