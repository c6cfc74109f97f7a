import { randomBytes } from 'node:crypto';
import { open, readFile, rm } from 'node:fs/promises';
import { fail } from '../../shared/contract/failures.js';
import { diskError, isSystemError } from './disk.js';

/** Held while one process works on a folder. */
export interface Lock {
  release(): Promise<void>;
}

/**
 * Takes the lock file, or fails with `in-use` while a living process holds it. A lock left by a process that
 * died is taken over.
 */
export async function takeLock(path: string): Promise<Lock> {
  const token = `${process.pid} ${randomBytes(8).toString('hex')}`;
  for (let attempt = 0; attempt < 3; attempt++) {
    if (await create(path, token)) return { release: () => release(path, token) };
    const holder = await holderOf(path);
    if (holder !== undefined && isAlive(holder)) fail({ code: 'in-use', path, pid: holder });
    await rm(path, { force: true });
  }
  return fail({ code: 'in-use', path, pid: (await holderOf(path)) ?? 0 });
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

/** The process that wrote the lock; undefined where the file is gone or was never finished. */
async function holderOf(path: string): Promise<number | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const pid = Number.parseInt(text, 10);
  return Number.isInteger(pid) && pid > 0 ? pid : undefined;
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return true;
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
}
