import { join, resolve } from 'node:path';
import type { ImportParams, ImportResult } from '../../shared/contract/calls.js';
import { defaultRunConfig } from '../../shared/contract/run-config.js';
import { pixelRule } from '../../shared/contract/preprocessing.js';
import { takeLock } from '../files/lock.js';
import { countByClass } from '../training/dataset.js';
import type { Context } from './context.js';
import { gather, type Gathered } from './gather.js';
import { makeFolder } from '../files/disk.js';
import { writeProject } from './project-folder.js';
import { expectOutside, sourceOf } from './source.js';

/** How many left-out files the result names; all of them are in the project. */
const exampleCount = 100;

/** Looks into every file of a folder and keeps the result in a project. Trains nothing. */
export async function importFolder(context: Context, params: ImportParams): Promise<ImportResult> {
  const source = await sourceOf(context, { ...params, run: null });
  const project = params.project === null ? source.project : resolve(params.project);
  await expectOutside(project, source.folder);
  const gathered = await gather(context, {
    ...source,
    rule: pixelRule(defaultRunConfig.crop, 224), // any rule: the pixels are thrown away
    sink: undefined,
    batch: 1,
    tellLeftOut: false,
  });
  await makeFolder(project);
  const lock = await takeLock(join(project, '.lock'));
  try {
    await writeProject(project, source, gathered.files, gathered.junk);
  } finally {
    await lock.release();
  }
  return summary(project, gathered);
}

function summary(project: string, { files, usable, junk }: Gathered): ImportResult {
  const leftOut = files.filter((each) => each.outcome.kind === 'left-out');
  return {
    project,
    classes: [...countByClass(usable)].map(([name, pictures]) => ({ name, pictures })),
    used: usable.length,
    notes: files.filter((each) => each.outcome.kind === 'note').length,
    leftOut: leftOut.length,
    junk,
    reasons: tally(files.flatMap(({ outcome }) => (outcome.kind === 'left-out' ? [outcome.reason] : []))),
    noteCounts: tally(files.flatMap(({ outcome }) => (outcome.kind === 'note' ? outcome.notes : []))),
    examples: leftOut.slice(0, exampleCount).map(({ file, outcome }) => ({ file, outcome })),
  };
}

function tally(codes: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const code of codes) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
}
