import { access, mkdir, readdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { diskError, isSystemError, makeFolder, writeJson } from '../files/disk.js';
import {
  formatVersion,
  projectFileSchema,
  readFormat,
  runFileSchema,
  writeImported,
  type ImportedFile,
  type ProjectFile,
} from './formats.js';

/**
 * A project's folder: `project.json`, `files.jsonl` (how each file of the last import ended), `runs/`. It only
 * refers to the pictures; nothing is ever written beside them.
 */
export interface ProjectSource {
  readonly folder: string;
  readonly splitFile: string | null;
}

/** Whether the folder is a project. */
export async function isProject(folder: string): Promise<boolean> {
  return exists(join(folder, 'project.json'));
}

export async function readProject(folder: string): Promise<ProjectFile> {
  return readFormat(join(folder, 'project.json'), projectFileSchema);
}

/** Writes the import's result; the former one of the same project is replaced. */
export async function writeProject(
  folder: string,
  source: ProjectSource,
  files: readonly ImportedFile[],
  junk: number,
): Promise<void> {
  const before = (await isProject(folder)) ? await readProject(folder) : undefined;
  await writeImported(join(folder, 'files.jsonl'), files);
  await writeJson(join(folder, 'project.json'), {
    format: 'headstart-project',
    version: formatVersion,
    name: before?.name ?? basename(source.folder),
    created: before?.created ?? new Date().toISOString(),
    source,
    junk,
  } satisfies ProjectFile);
}

/**
 * The project of a pictures' folder among the user's projects: the one that refers to it, else the first free
 * name after what the user named (`given`).
 */
export async function projectFor(home: string, source: ProjectSource, given: string): Promise<string> {
  const name = basename(resolve(given)) || 'pictures';
  for (let i = 1; ; i++) {
    const folder = join(home, i === 1 ? name : `${name} ${i}`);
    if (!(await exists(folder))) return folder;
    if (!(await isProject(folder))) {
      if (await isBegun(folder, source)) return folder;
      continue;
    }
    const project = await readProject(folder).catch(() => undefined); // a damaged one is left alone
    if (project?.source.folder === source.folder) return folder;
  }
}

/** A project whose first run is still reading: it holds nothing but runs of that source. */
async function isBegun(folder: string, source: ProjectSource): Promise<boolean> {
  const names = await readdir(folder).catch(() => ['not a folder']);
  if (names.length !== 1 || names[0] !== 'runs') return names.length === 0;
  const runs = await readdir(join(folder, 'runs')).catch(() => []);
  const files = await Promise.all(
    runs.map((run) =>
      readFormat(join(folder, 'runs', run, 'run.json'), runFileSchema).catch(() => undefined),
    ),
  );
  return files.every((file) => file === undefined || file.source.folder === source.folder);
}

/** The next free folder `1`, `2`, ... below `parent`. */
export async function nextNumbered(parent: string): Promise<string> {
  const names = await readdir(parent).catch(() => []);
  const numbers = names.map(Number).filter(Number.isInteger);
  return join(parent, String(Math.max(0, ...numbers) + 1));
}

/** Makes the next free numbered folder below `parent`; two that ask at once get one each. */
export async function claimNumbered(parent: string): Promise<string> {
  await makeFolder(parent);
  for (;;) {
    const folder = await nextNumbered(parent);
    try {
      await mkdir(folder);
      return folder;
    } catch (error) {
      if (!isSystemError(error) || error.code !== 'EEXIST') throw diskError(error, folder, 'write');
    }
  }
}

/** Whether something lies at the path. Throws `permission` where the system does not say. */
export async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    if (isSystemError(error) && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return false;
    throw diskError(error, path, 'read');
  }
}

/** Whether the path is a folder with nothing in it, or nothing at all. */
export async function isFree(path: string): Promise<boolean> {
  if (!(await exists(path))) return true;
  const names = await readdir(path).catch(() => ['not a folder']);
  return names.length === 0;
}
