import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fail, FailureError } from '../../shared/contract/failures.js';
import type { Failure } from '../../shared/contract/failures.js';

/**
 * The one door to the disk for everything that Headstart writes. A file appears whole or not at all: it is
 * written under a temporary name, flushed, and renamed.
 */

/** Tests set `beforeWrite` to make the disk fail at a chosen write; it throws what the system would throw. */
export const faults: { beforeWrite: ((path: string) => void) | undefined } = { beforeWrite: undefined };

/** Writes a whole file. Throws a `FailureError` (disk-full, permission, write-failed); nothing half written stays. */
export async function writeAtomic(path: string, data: string | Uint8Array): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(4).toString('hex')}.tmp`);
  try {
    await makeFolders(dirname(path));
    await writeFlushed(temporary, data);
    await rename(temporary, path);
    await flushFolder(dirname(path));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined); // the first error is the one to tell
    throw diskError(error, path, 'write');
  }
}

/** As `writeAtomic`, for a file that must not be there yet. Throws `output-exists`. */
export async function writeNew(path: string, data: string | Uint8Array): Promise<void> {
  const there = await stat(path).catch(() => undefined);
  if (there !== undefined) fail({ code: 'output-exists', path });
  await writeAtomic(path, data);
}

export async function writeJson(path: string, value: unknown): Promise<void> {
  await writeAtomic(path, `${JSON.stringify(value, null, 2)}\n`);
}

/** Reads a whole file. Throws a `FailureError` (path-missing, permission, read-failed). */
export async function readWhole(path: string): Promise<Uint8Array> {
  try {
    const bytes = await readFile(path);
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength); // not a Buffer: its slice() is a view
  } catch (error) {
    throw diskError(error, path, 'read');
  }
}

/** Reads and parses JSON. Throws `file-damaged` where it is none. */
export async function readJson(path: string): Promise<unknown> {
  const text = Buffer.from(await readWhole(path)).toString('utf8');
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    return fail({
      code: 'file-damaged',
      path,
      problem: error instanceof Error ? error.message : String(error),
    });
  }
}

/** Creates a folder and its parents. Throws a `FailureError`. */
export async function makeFolder(path: string): Promise<void> {
  try {
    faults.beforeWrite?.(path);
    await makeFolders(path);
  } catch (error) {
    throw diskError(error, path, 'write');
  }
}

/** The failure that a system error means to the user; other errors pass unchanged. */
export function diskError(error: unknown, path: string, doing: 'read' | 'write'): unknown {
  if (error instanceof FailureError || !isSystemError(error)) return error;
  return new FailureError(failureFor(error, path, doing));
}

function failureFor(error: NodeJS.ErrnoException, path: string, doing: 'read' | 'write'): Failure {
  switch (error.code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return { code: 'disk-full', path };
    case 'EACCES':
    case 'EPERM':
      return { code: 'permission', path };
    case 'ENOENT':
      return doing === 'read'
        ? { code: 'path-missing', path }
        : { code: 'write-failed', path, problem: error.message };
    default:
      return { code: doing === 'read' ? 'read-failed' : 'write-failed', path, problem: error.message };
  }
}

/** Errors of the operating system; those of Node itself (wrong arguments) are bugs and carry no system call. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string';
}

async function writeFlushed(path: string, data: string | Uint8Array): Promise<void> {
  const file = await open(path, 'wx');
  try {
    faults.beforeWrite?.(path);
    await file.writeFile(data);
    await file.sync();
  } finally {
    await file.close();
  }
}

/**
 * A folder and its parents. Node's own recursive mkdir reports a read-only volume as a missing path and loops for
 * ever below /proc; here the first error that stands is the one that is told.
 */
async function makeFolders(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    const parent = dirname(path);
    if (error.code === 'ENOENT' && parent !== path && !(await isFolder(parent))) {
      await makeFolders(parent);
      await mkdir(path).catch((again: unknown) => ignoreIfThere(path, again));
      return;
    }
    await ignoreIfThere(path, error);
  }
}

/** Somebody else may have made it meanwhile; a root or a volume may answer with another error than EEXIST. */
async function ignoreIfThere(path: string, error: unknown): Promise<void> {
  if (!(await isFolder(path))) throw error;
}

async function isFolder(path: string): Promise<boolean> {
  const info = await stat(path).catch(() => undefined);
  return info?.isDirectory() ?? false;
}

/** Makes the rename itself durable. Windows cannot flush a folder; there the file system's journal has to do. */
async function flushFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
