/** Names of everything that is asked of the server, so that whoever changes something knows what to ask again. */
export const keys = {
    health: ['health'],
    profile: ['profile'],
    tokens: ['tokens'],
    files: ['files'],
    file: (id) => ['files', id],
    units: ['units'],
    counts: (mode) => ['counts', mode],
    jobs: ['jobs'],
    job: (id) => ['jobs', 'one', id],
    results: (id) => ['results', id],
    rois: (pipeline) => ['rois', pipeline],
    users: ['users'],
};
