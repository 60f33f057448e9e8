// How everything that runs in the cloud is bundled: one folder of plain JavaScript for Node 24.
import { StepFailed } from './workspace.mjs';

/**
 * Bundles `entryPoints` (name → file) into `outdir`; resolves to the number of bytes written. `more` are further settings
 * of esbuild.
 */
export async function bundle(entryPoints, outdir, more = {}) {
  const { build } = await import('esbuild');
  const { metafile } = await build({
    entryPoints,
    outdir,
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    legalComments: 'none',
    metafile: true,
    // CommonJS packages inside the bundle ask for Node's modules by require().
    banner: {
      js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
    },
    logLevel: 'warning',
    ...more,
  }).catch((error) => {
    throw new StepFailed(`Bundling: ${error.message}`, 1);
  });
  return Object.values(metafile.outputs).reduce((sum, output) => sum + output.bytes, 0);
}
