import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { placesIn } from '../places.ts';
import { type Finding, ill, well } from './finding.ts';

const neededNode = 24;
const littleRoom = 5e9;

export function node(version = process.versions.node): Finding {
  return Number(version.split('.')[0]) >= neededNode
    ? well('Node', version)
    : ill('Node', `This is ${version}, and ${neededNode} is needed. Run "npm ci": it brings its own.`);
}

/** The folder, or the nearest one above it that exists. */
function nearest(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearest(dirname(path));
}

export function folder(data: string): Finding {
  const place = nearest(data);
  try {
    if (!statSync(place).isDirectory())
      return ill('data folder', `${place} is no folder: name another with --data.`);
    accessSync(place, constants.R_OK | constants.W_OK | constants.X_OK);
    return well('data folder', existsSync(data) ? data : `${data}, made at the first start`);
  } catch {
    const words = 'may not be written to by this user. Change its owner, or name another with --data.';
    return ill('data folder', `${place} ${words}`);
  }
}

export function disk(data: string): Finding {
  const { bavail, bsize } = statfsSync(nearest(data));
  const free = `${((bavail * bsize) / 1e9).toFixed(1)} GB free`;
  return bavail * bsize > littleRoom
    ? well('disk', free)
    : ill('disk', `Only ${free}. Delete files and jobs, or move the folder to a larger disk.`);
}

export function permissions(data: string): Finding {
  const { signingKeys, linkKey, records } = placesIn(data);
  const readable = (path: string): boolean => existsSync(path) && (statSync(path).mode & 0o077) !== 0;
  const open = [signingKeys, linkKey, records].filter(readable);
  // A folder that lets nobody in hides what its files allow; Windows has other means.
  if (process.platform === 'win32' || !readable(data) || open.length === 0) {
    return well('permissions', 'keys and records are for this user alone');
  }
  return ill('permissions', `Others can read ${open.join(', ')}. Run "chmod -R go-rwx ${data}".`);
}
