import { realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { fail } from '../../shared/contract/failures.js';
import type { Context } from './context.js';
import { isSystemError } from '../files/disk.js';
import { exists, isProject, projectFor, readProject } from './project-folder.js';

/** Where a run's pictures come from and in which project it belongs; absolute paths. */
export interface Source {
  readonly folder: string;
  readonly splitFile: string | null;
  readonly project: string;
}

export interface SourceParams {
  /** A folder of pictures, a project, or the name of a set that comes with the program. */
  readonly folder: string;
  readonly run: string | null;
  readonly splitFile: string | null;
}

/** Sets that come with the program, by the names that the user may type instead of a folder. */
const builtIn: ReadonlyMap<string, string> = new Map([
  ['sample', 'sample-set'],
  ['sample-photos', 'sample-photos'],
]);

/**
 * Resolves what the user named. A project brings its folder and split file; otherwise the project lies beside
 * the run where one was named, else among the user's projects.
 */
export async function sourceOf(context: Context, params: SourceParams): Promise<Source> {
  const { folder: given, splitFile, run } = params;
  if (await isProject(given)) {
    const { source } = await readProject(given);
    return {
      ...source,
      splitFile: splitFile === null ? source.splitFile : resolve(splitFile),
      project: resolve(given),
    };
  }
  const folder = await pictureFolder(context, given);
  const source = { folder, splitFile: splitFile === null ? null : resolve(splitFile) };
  const project =
    run === null ? await projectFor(context.places.home, source, given) : await projectBeside(resolve(run));
  await expectOutside(context.places.cache, folder);
  return { ...source, project };
}

/** The folder, or the built-in set of that name where no such folder exists. */
export async function pictureFolder(context: Context, given: string): Promise<string> {
  const set = builtIn.get(given);
  if (set === undefined || (await exists(given))) return resolve(given);
  return join(context.places.resources, set, 'pictures');
}

/** Nothing of ours is ever written among the user's pictures. Links are followed. Throws `pictures-in-output`. */
export async function expectOutside(path: string, folder: string): Promise<void> {
  const below = relative(await realPath(folder), await realPath(path));
  const isAbove = below === '..' || below.startsWith(`..${sep}`);
  if (!isAbove && !isAbsolute(below)) fail({ code: 'pictures-in-output', path, folder });
}

/** The real place of a path that need not exist yet: that of its nearest ancestor which does. */
async function realPath(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    const parent = dirname(path);
    if (!isSystemError(error) || parent === path) throw error;
    return join(await realPath(parent), basename(path));
  }
}

/** The project that the run lies in, else a folder beside the run. */
async function projectBeside(run: string): Promise<string> {
  const parent = dirname(run);
  if (basename(parent) === 'runs' && (await isProject(dirname(parent)))) return dirname(parent);
  return `${run}.project`;
}
