import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from './repository.js';

/** Why a test that needs the picture sets skips; given to `t.skip`. */
export const noSharedData = 'the picture sets are absent: set HEADSTART_DATA to their folder';

/** The folder of the picture sets, which are never part of the repository; undefined where it is absent. */
export function sharedData(): string | undefined {
  const folder = process.env.HEADSTART_DATA ?? join(repositoryRoot, '..', 'shared', 'data');
  return existsSync(folder) ? folder : undefined;
}
