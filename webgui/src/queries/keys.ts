/** Names of everything that is asked of the server, so that whoever changes something knows what to ask again. */
export const keys = {
  health: ['health'],
  profile: ['profile'],
  tokens: ['tokens'],
  files: ['files'],
  file: (id: string) => ['files', id],
  units: ['units'],
  counts: (mode: string) => ['counts', mode],
  jobs: ['jobs'],
  job: (id: string) => ['jobs', 'one', id],
  results: (id: string) => ['results', id],
  rois: (pipeline: string) => ['rois', pipeline],
  users: ['users'],
} as const satisfies Record<string, readonly string[] | ((...names: never[]) => readonly string[])>;
