import { readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { isSystemError, writeAtomic } from '../files/disk.js';

/** The disk that stored features may take: 8 GB hold about 1.6 million pictures of one network. */
export const featureBudget = 8e9;

/** Its time of change says when a folder was last used; the times of the rows say when they were written. */
const marker = 'last-used';

/**
 * Notes that one folder of stored features is used now and, where all folders together exceed the budget
 * (bytes), removes those not used for the longest time, never the one in use. What was removed is computed again
 * when it is needed. Returns the removed folders.
 */
export async function pruneFeatures(
  inUse: string,
  parent: string,
  budget = featureBudget,
): Promise<string[]> {
  await markUsed(inUse);
  const folders = await Promise.all((await namesIn(parent)).map((name) => measure(join(parent, name))));
  let total = folders.reduce((sum, folder) => sum + folder.bytes, 0);
  const removed: string[] = [];
  for (const folder of folders.sort((a, b) => a.used - b.used)) {
    if (total <= budget) break;
    if (folder.path === inUse) continue;
    // Another process may be using it: what it misses it computes again.
    await rm(folder.path, { recursive: true, force: true }).catch(() => undefined);
    total -= folder.bytes;
    removed.push(folder.path);
  }
  return removed;
}

async function markUsed(folder: string): Promise<void> {
  const path = join(folder, marker);
  const now = new Date();
  try {
    await utimes(path, now, now);
  } catch (error) {
    if (!isSystemError(error) || error.code !== 'ENOENT') throw error;
    await writeAtomic(path, '');
  }
}

async function measure(path: string): Promise<{ path: string; bytes: number; used: number }> {
  const files = await Promise.all(
    (await namesIn(path)).map((name) => stat(join(path, name)).catch(() => undefined)),
  );
  const marked = await stat(join(path, marker)).catch(() => undefined);
  return { path, bytes: files.reduce((sum, file) => sum + (file?.size ?? 0), 0), used: marked?.mtimeMs ?? 0 };
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []); // removed by another process just now
}
