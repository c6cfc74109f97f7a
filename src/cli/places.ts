import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** dist/src/cli/places.js -> the program's folder. */
const program = fileURLToPath(new URL('../../..', import.meta.url));

/** What comes with the program. */
export const resources = join(program, 'resources');

/** Stored features: `--cache`, else HEADSTART_CACHE, else the system's place for caches. */
export function cacheFolder(option: string | null): string {
  const named = option ?? process.env['HEADSTART_CACHE'] ?? '';
  return named === '' ? join(systemCache(), 'headstart') : resolve(named);
}

/** The user's projects: HEADSTART_HOME, else `Headstart` in the home folder. */
export function projectsFolder(): string {
  const named = process.env['HEADSTART_HOME'] ?? '';
  return named === '' ? join(homedir(), 'Headstart') : resolve(named);
}

function systemCache(): string {
  switch (process.platform) {
    case 'darwin':
      return join(homedir(), 'Library', 'Caches');
    case 'win32':
      return process.env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local');
    default:
      return process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  }
}
