import type { Note } from '../../shared/contract/events.js';
import { fail } from '../../shared/contract/failures.js';
import type { Part } from '../../shared/contract/parts.js';
import { partNamed } from './layout.js';
import { scan, scanNamed, type Scan } from './scan.js';
import { readSplitFile, type SplitRow } from './split-file.js';

/** A file that is to be looked into. */
export interface Candidate {
  readonly file: string;
  readonly class: string;
  readonly part: Part | undefined;
}

export interface Candidates {
  readonly root: string;
  readonly files: readonly Candidate[];
  /** Files that belong to no class, or that the split file does not name: left out unseen. */
  readonly outside: readonly string[];
  readonly junk: number;
  readonly notes: readonly Note[];
}

/** What a folder and, where given, a split file say is to be used. Throws what `scan` and `readSplitFile` throw, and `split-matches-nothing`. */
export async function candidatesIn(folder: string, splitFile: string | null): Promise<Candidates> {
  return splitFile === null ? byFolders(await scan(folder)) : bySplitFile(folder, splitFile);
}

function byFolders(found: Scan): Candidates {
  const files = found.files.flatMap(({ file, class: name, part }) =>
    name === undefined ? [] : [{ file, class: name, part }],
  );
  const outside = found.files.filter((each) => each.class === undefined).map((each) => each.file);
  return {
    root: found.root,
    files,
    outside,
    junk: found.junk,
    notes: [...closedFolders(found), ...likeParts(files)],
  };
}

async function bySplitFile(folder: string, splitFile: string): Promise<Candidates> {
  const rows = await readSplitFile(splitFile);
  const found = await scanNamed(folder, new Set(rows.map((row) => row.file)));
  const onDisk = new Set(found.files.map((each) => each.file));
  const named = rows.filter((row) => onDisk.has(row.file));
  const lost = rows.filter((row) => !onDisk.has(row.file));
  if (named.length === 0) {
    fail({ code: 'split-matches-nothing', path: splitFile, folder, example: rows[0]?.file ?? '' });
  }
  const namedFiles = new Set(named.map((row) => row.file));
  const outside = found.files.map((each) => each.file).filter((file) => !namedFiles.has(file));
  const notes = closedFolders(found);
  if (lost.length > 0) notes.push({ code: 'rows-without-file', count: lost.length, example: lost[0].file });
  if (outside.length > 0)
    notes.push({ code: 'files-without-row', count: outside.length, example: outside[0] });
  notes.push(...unlikeFolder(named));
  return { root: found.root, files: named, outside, junk: found.junk, notes };
}

/** train/ and test/ beside a third folder: most likely a mistake, and a silent one. */
function likeParts(files: readonly Candidate[]): Note[] {
  const names = [...new Set(files.map((each) => each.class))].filter((name) => partNamed(name) !== undefined);
  return names.length < 2 ? [] : [{ code: 'classes-named-like-parts', names }];
}

function closedFolders({ closedFolders: folders }: Scan): Note[] {
  return folders.length === 0 ? [] : [{ code: 'folders-closed', folders }];
}

/** The split file's class wins; that it differs from the folder's name is worth a word. */
function unlikeFolder(rows: readonly SplitRow[]): Note[] {
  const unlike = rows.filter((row) => !row.file.split('/').slice(0, -1).includes(row.class));
  const nested = unlike.filter((row) => row.file.includes('/'));
  return nested.length === 0
    ? []
    : [{ code: 'class-unlike-folder', count: nested.length, example: nested[0].file }];
}
