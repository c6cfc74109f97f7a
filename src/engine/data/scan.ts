import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fail, FailureError } from '../../shared/contract/failures.js';
import type { Part } from '../../shared/contract/parts.js';
import { diskError, isSystemError } from '../files/disk.js';
import { classParts, layoutOf, type Layout } from './layout.js';

/** A file below the scanned folder, before anybody has looked into it. */
export interface ListedFile {
  /** Below the folder, `/` between the parts, exactly as on disk. */
  readonly file: string;
  /** undefined: not below a class folder. */
  readonly class: string | undefined;
  /** Given by the layout `split/class/picture`, else undefined. */
  readonly part: Part | undefined;
}

export interface Scan {
  /** The folder below which the classes lie; a lone wrapping folder (an unpacked archive) is stepped into. */
  readonly root: string;
  readonly layout: Layout;
  /** Sorted by name, so that a scan repeats. */
  readonly files: readonly ListedFile[];
  /** Files that systems leave behind (.DS_Store, Thumbs.db, hidden files): ignored, but counted. */
  readonly junk: number;
  /** Folders that could not be opened, below the root. */
  readonly closedFolders: readonly string[];
}

/**
 * Lists the pictures' folder, its sub-folders being the classes. Symbolic links are followed, each folder once.
 * Throws path-missing, not-a-folder, permission, folder-empty or pictures-loose.
 */
export async function scan(folder: string): Promise<Scan> {
  await expectFolder(folder);
  const found = await list(await stepIntoWrapper(folder));
  if (found.files.every((each) => each.class === undefined)) {
    fail({ code: 'pictures-loose', path: folder, pictures: found.files.length });
  }
  return found;
}

/**
 * Lists a folder whose classes stand elsewhere, in a split file: `names` are its paths. They count from the
 * folder itself or, where none is found there, from a lone folder within. Throws as `scan`, but for
 * pictures-loose.
 */
export async function scanNamed(folder: string, names: ReadonlySet<string>): Promise<Scan> {
  await expectFolder(folder);
  const found = await list(folder);
  if (found.files.some((each) => names.has(each.file))) return found;
  const inner = await stepIntoWrapper(folder);
  return inner === folder ? found : list(inner);
}

async function list(root: string): Promise<Scan> {
  const { files, junk, closedFolders } = await walk(root);
  if (files.length === 0) fail({ code: 'folder-empty', path: root });
  const layout = layoutOf(files);
  return {
    root,
    layout,
    files: files.map((file) => ({ file, ...classParts(file, layout) })),
    junk,
    closedFolders,
  };
}

/** All files below a folder, or the file itself, for `predict`: joined with what was given, in order. */
export async function listFiles(path: string): Promise<string[]> {
  const info = await statOrFail(path);
  if (!info.isDirectory()) return [path];
  const found = await walk(path);
  const folder = /[\\/]$/.test(path) ? path : `${path}/`; // as it was given, not tidied up
  return found.files.map((file) => `${folder}${file}`);
}

async function expectFolder(path: string): Promise<void> {
  const info = await statOrFail(path);
  if (!info.isDirectory()) fail({ code: 'not-a-folder', path });
}

async function statOrFail(path: string): Promise<Awaited<ReturnType<typeof stat>>> {
  try {
    return await stat(path);
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOTDIR') return fail({ code: 'path-missing', path });
    throw diskError(error, path, 'read');
  }
}

/** An unpacked archive often holds one folder that holds the classes. One step, and only where it is certain. */
async function stepIntoWrapper(folder: string): Promise<string> {
  const outer = await visibleEntries(folder);
  if (outer.length !== 1 || !outer[0].isDirectory()) return folder;
  const inner = join(folder, outer[0].name);
  const entries = await visibleEntries(inner).catch(() => []);
  const onlyFolders = entries.length > 1 && entries.every((entry) => entry.isDirectory());
  return onlyFolders ? inner : folder;
}

async function visibleEntries(folder: string) {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.filter((entry) => !isJunk(entry.name));
  } catch (error) {
    throw diskError(error, folder, 'read');
  }
}

interface Found {
  readonly files: string[];
  junk: number;
  readonly closedFolders: string[];
  /** Real paths of folders that were entered: a link back up ends here. */
  readonly entered: Set<string>;
}

async function walk(root: string): Promise<Found> {
  const found: Found = { files: [], junk: 0, closedFolders: [], entered: new Set() };
  await enter(root, '', found);
  found.files.sort(byCodeUnits);
  return found;
}

async function enter(root: string, below: string, found: Found): Promise<void> {
  const folder = below === '' ? root : join(root, below);
  const entries = await entriesOf(folder, found);
  if (entries === undefined) {
    if (below === '') fail({ code: 'permission', path: root });
    found.closedFolders.push(below);
    return;
  }
  for (const name of entries) {
    const file = below === '' ? name : `${below}/${name}`;
    if (isJunk(name)) found.junk++;
    else if (await isFolder(join(root, file))) await enter(root, file, found);
    else found.files.push(file);
  }
}

/** Names in a folder; none where it was entered before, undefined where it cannot be opened. */
async function entriesOf(folder: string, found: Found): Promise<string[] | undefined> {
  try {
    const real = await realpath(folder);
    if (found.entered.has(real)) return [];
    found.entered.add(real);
    return await readdir(folder);
  } catch (error) {
    if (isSystemError(error)) return undefined;
    throw error;
  }
}

/** A dangling link counts as a file: reading it then says that it has vanished. */
async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (error instanceof FailureError || !isSystemError(error)) throw error;
    return (await lstat(path).catch(() => undefined))?.isDirectory() ?? false;
  }
}

const junkNames = new Set(['thumbs.db', 'desktop.ini', '__macosx', 'ehthumbs.db', '$recycle.bin']);

function isJunk(name: string): boolean {
  return name.startsWith('.') || junkNames.has(name.toLowerCase());
}

function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
