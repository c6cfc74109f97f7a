import { fail } from '../../shared/contract/failures.js';
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { LeftOutReason, ReasonCounts } from '../../shared/contract/outcomes.js';
import { candidatesIn, type Candidate, type Candidates } from '../data/candidates.js';
import { labelsOf, type UsablePicture } from '../training/dataset.js';
import type { SeenFile } from '../training/picture-pass.js';
import type { Context } from './context.js';
import type { ImportedFile } from './formats.js';
import { fileEvent, withReading, type LookOptions } from './reading.js';

export interface Gathered {
  readonly root: string;
  /** Every file that was found, in order. */
  readonly files: readonly ImportedFile[];
  readonly usable: readonly UsablePicture[];
  readonly junk: number;
}

export interface GatherOptions extends LookOptions {
  readonly folder: string;
  readonly splitFile: string | null;
  /** Whether left-out files are told in a note; an import tells them in its result. */
  readonly tellLeftOut: boolean;
}

/**
 * Scans a folder and passes once over its pictures. Throws what scanning throws, and `no-pictures` where
 * nothing can be used.
 */
export async function gather(context: Context, options: GatherOptions): Promise<Gathered> {
  const candidates = await candidatesIn(options.folder, options.splitFile);
  for (const note of candidates.notes) context.emit({ event: 'note', note });
  const names = candidates.files.map((each) => each.file);
  const seen = await withReading(context, (reading) => reading.look(candidates.root, names, options));
  await expectStillThere(options.folder, candidates.root, seen);
  const outside = candidates.outside.map(outsideFile);
  for (const file of outside) context.emit(fileEvent(candidates.root, file));
  const files = [...imported(candidates, seen), ...outside];
  const usable = files.flatMap(({ file, class: name, part, sha256, outcome }) =>
    outcome.kind === 'left-out' || name === null || sha256 === null
      ? []
      : [{ file, class: name, part: part ?? undefined, sha256 }],
  );
  const reasons = reasonCounts(files);
  if (usable.length === 0) {
    fail({ code: 'no-pictures', path: options.folder, files: files.length, reasons });
  }
  if (options.tellLeftOut && reasons.length > 0) {
    const count = files.length - usable.length;
    context.emit({ event: 'note', note: { code: 'files-left-out', count, reasons } });
  }
  const kept = new Set(labelsOf(usable));
  for (const name of labelsOf(candidates.files)) {
    if (!kept.has(name)) context.emit({ event: 'note', note: { code: 'class-without-pictures', name } });
  }
  return { root: candidates.root, files, usable, junk: candidates.junk };
}

function imported(candidates: Candidates, seen: readonly SeenFile[]): ImportedFile[] {
  return seen.map((each, i) => {
    const { class: name, part }: Candidate = candidates.files[i];
    return { ...each, class: name, part: part ?? null };
  });
}

function outsideFile(file: string): ImportedFile {
  const outcome = { kind: 'left-out', reason: 'no-class', facts: {} } as const;
  return { file, class: null, part: null, sha256: null, width: 0, height: 0, outcome };
}

/** The most common first. */
function reasonCounts(files: readonly ImportedFile[]): ReasonCounts {
  const counts = new Map<LeftOutReason, number>();
  for (const { outcome } of files) {
    if (outcome.kind === 'left-out') counts.set(outcome.reason, (counts.get(outcome.reason) ?? 0) + 1);
  }
  return [...counts].sort(([, a], [, b]) => b - a);
}

/**
 * A folder that goes away while it is read must not end as a smaller data set. Files that are listed and cannot be
 * opened because they are links to nothing are another matter: those are left out with that reason.
 */
async function expectStillThere(path: string, root: string, seen: readonly SeenFile[]): Promise<void> {
  const missing = seen.filter(({ outcome }) => outcome.kind === 'left-out' && outcome.reason === 'vanished');
  const gone: string[] = [];
  for (const { file } of missing) {
    const info = await lstat(join(root, file)).catch(() => undefined);
    if (info === undefined) gone.push(file);
  }
  if (gone.length > 0) fail({ code: 'pictures-vanished', path, count: gone.length, example: gone[0] });
}
