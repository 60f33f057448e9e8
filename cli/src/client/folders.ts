import { homedir } from 'node:os';
import { join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where the command keeps who is signed in, as each system has it; MRO_CONFIG names another place. */
export function configFolder(env: Environment = process.env, platform = process.platform): string {
  if (env.MRO_CONFIG) return env.MRO_CONFIG;
  const home = homedir();
  if (platform === 'win32') return join(env.APPDATA ?? join(home, 'AppData', 'Roaming'), 'mroptimum');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'mroptimum');
  return join(env.XDG_CONFIG_HOME || join(home, '.config'), 'mroptimum');
}
