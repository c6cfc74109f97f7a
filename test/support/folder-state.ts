import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/**
 * One line for everything below a folder and for itself: path, kind, rights, time of the last change in
 * nanoseconds and, of files, the SHA-256. Two equal states: nothing was written, made, renamed or touched.
 */
export function folderState(folder: string): readonly string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return ['', ...names].sort().map((name) => stateOf(folder, join(folder, name)));
}

/** Names of all files below a folder, `/` between the steps, sorted. */
export function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => lstatSync(join(folder, name)).isFile())
    .map((name) => name.split(sep).join('/'))
    .sort();
}

function stateOf(folder: string, path: string): string {
  const info = lstatSync(path, { bigint: true });
  const content = info.isFile() ? createHash('sha256').update(readFileSync(path)).digest('hex') : '';
  const kind = info.isFile() ? 'file' : info.isDirectory() ? 'folder' : 'other';
  return [JSON.stringify(relative(folder, path)), kind, info.mode.toString(8), info.mtimeNs, content].join(
    ' ',
  );
}
