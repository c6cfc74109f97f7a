import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rm, rmdir, stat } from 'node:fs/promises';
import { fail } from '../../shared/contract/failures.js';
import { diskError, isSystemError } from './disk.js';

/** Held while one process works on a folder. */
export interface Lock {
  release(): Promise<void>;
}

/** Tokens of the locks that this process holds. */
const heldHere = new Set<string>();

/**
 * Takes the lock file, or fails with `in-use` while a living process holds it. A lock left by a process that
 * died is taken over.
 */
export async function takeLock(path: string): Promise<Lock> {
  const token = `${process.pid} ${randomBytes(8).toString('hex')}`;
  for (let attempt = 0; attempt < 3; attempt++) {
    if (await create(path, token)) {
      heldHere.add(token);
      return { release: () => release(path, token) };
    }
    const holder = await holderOf(path);
    if (holder.kind === 'alive') fail({ code: 'in-use', path, pid: holder.pid });
    if (holder.kind === 'dead') await removeDead(path);
  }
  return fail({ code: 'in-use', path, pid: 0 });
}

async function create(path: string, token: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx');
    await file.writeFile(token);
    await file.close();
    return true;
  } catch (error) {
    if (isSystemError(error) && error.code === 'EEXIST') return false;
    throw diskError(error, path, 'write');
  }
}

/**
 * Removes a dead process's lock. Of several that found it dead only one may, else the second would remove the
 * lock that the first has taken meanwhile: whoever makes the folder beside it, which nobody keeps for long.
 */
async function removeDead(path: string): Promise<void> {
  const turn = `${path}.takeover`;
  try {
    await mkdir(turn);
  } catch (error) {
    const since = await stat(turn).catch(() => undefined);
    if (since !== undefined && !isFresh(since.mtimeMs)) await rmdir(turn).catch(() => undefined);
    if (isSystemError(error) && error.code === 'EEXIST') return;
    throw diskError(error, path, 'write');
  }
  try {
    if ((await holderOf(path)).kind === 'dead') await rm(path, { force: true });
  } finally {
    await rmdir(turn).catch(() => undefined); // an old one is removed by the next who comes
  }
}

type Holder =
  { readonly kind: 'none' } | { readonly kind: 'dead' } | { readonly kind: 'alive'; readonly pid: number };

/** Who holds the lock. A file that is still empty belongs to a process that is just writing it. */
async function holderOf(path: string): Promise<Holder> {
  const file = await stat(path).catch(() => undefined);
  const text = await readFile(path, 'utf8').catch(() => '');
  if (file === undefined) return { kind: 'none' };
  if (text === '') return isFresh(file.mtimeMs) ? { kind: 'alive', pid: 0 } : { kind: 'dead' };
  const pid = Number.parseInt(text, 10);
  // Our own number on a token that is not ours: a container, where a dead process had the same one.
  const lives = pid === process.pid ? heldHere.has(text) : pid > 0 && isAlive(pid);
  return lives ? { kind: 'alive', pid } : { kind: 'dead' };
}

const millisecondsToWriteToken = 5000;

function isFresh(mtimeMs: number): boolean {
  return Math.abs(Date.now() - mtimeMs) < millisecondsToWriteToken;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isSystemError(error) && error.code === 'EPERM';
  }
}

async function release(path: string, token: string): Promise<void> {
  const held = await readFile(path, 'utf8').catch(() => '');
  if (held === token) await rm(path, { force: true });
  heldHere.delete(token);
}
