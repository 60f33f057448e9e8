import manifest from '../package.json' with { type: 'json' };

/** Version of the engine, as it stands in info.json and in `mroptimum --version`. */
export const engineVersion: string = manifest.version;
