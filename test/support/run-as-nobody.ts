import { spawnSync } from 'node:child_process';
import { chownSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from './repository.js';

/** A user without rights: no file of the test's own is closed to root. */
const nobody = { uid: 65534, gid: 65534 };

/** The identity under which closed folders are closed, or why there is none. */
export function withoutRights():
  { readonly identity: { uid?: number; gid?: number } } | { readonly no: string } {
  if (process.platform === 'win32') return { no: 'rights are not those of POSIX on this system' };
  if (process.getuid?.() !== 0) return { identity: {} };
  const { status } = spawnSync(
    process.execPath,
    ['-e', `require('fs').readdirSync(process.argv[1])`, repositoryRoot],
    nobody,
  );
  return status === 0
    ? { identity: nobody }
    : { no: 'running as root, and another user cannot start the program' };
}

/** Gives a folder and all in it to that user. */
export function giveTo({ uid, gid }: { uid?: number; gid?: number }, folder: string): void {
  if (uid === undefined || gid === undefined) return;
  for (const name of ['', ...readdirSync(folder, { recursive: true, encoding: 'utf8' })]) {
    chownSync(join(folder, name), uid, gid);
  }
}
