import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** How this server runs the `mroptimum` command: its computing unit and its demonstration are processes of it. */
export function commandLine(args: readonly string[]): readonly [program: string, args: readonly string[]] {
  const beside = fileURLToPath(new URL('./main.js', import.meta.url));
  // Bundled, the command lies beside the server; from source, in its own folder.
  const main = existsSync(beside)
    ? beside
    : fileURLToPath(new URL('../../../cli/src/main.ts', import.meta.url));
  return [process.execPath, [main, ...args]];
}
