// No file of the repository may name the package registry of the machine it was made on.
import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { at, root } from './workspace.mjs';

const registryHost = /\b(?:https?:)?\/\/[\w.-]*(?:registry|npmjs|artifactory|jfrog|nexus|verdaccio)[\w.-]*/i;
const resolvedAddress = /"resolved":\s*"https?:/;

/** Files under version control (and new ones not ignored) with a registry address, "path:line: text". */
export function registryAddresses() {
  const list = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
  });
  return list
    .toString()
    .split('\0')
    .filter((path) => path !== '' && path !== 'scripts/hosts.mjs' && isText(path))
    .flatMap((path) =>
      readFileSync(at(path), 'utf8')
        .split('\n')
        .flatMap((line, i) =>
          registryHost.test(line) || resolvedAddress.test(line) ? [`${path}:${i + 1}: ${line.trim()}`] : [],
        ),
    );
}

function isText(path) {
  const stats = statSync(at(path), { throwIfNoEntry: false });
  return stats?.isFile() && stats.size < 4_000_000 && !/\.(png|gz|zip|npy|h5|dat)$/.test(path);
}

if (process.argv[1] && resolve(process.argv[1]) === at('scripts/hosts.mjs')) {
  const found = registryAddresses();
  for (const line of found) console.error(line);
  process.exitCode = found.length === 0 ? 0 : 1;
}
