import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { StartParams, TrainResult } from '../../shared/contract/calls.js';
import { exitCodes, fail, FailureError } from '../../shared/contract/failures.js';
import { makeFolder, writeJson } from '../files/disk.js';
import { takeLock } from '../files/lock.js';
import type { Runtime } from '../runtimes/runtime.js';
import { arrange, labelsOf } from '../training/dataset.js';
import { expectGoingOn, type Context } from './context.js';
import { ensureFeatures } from './features.js';
import { finishRun } from './finish.js';
import { formatVersion, readFormat, runDataSchema, type RunData, type RunFile } from './formats.js';
import { extractionBatch, openFrozen, runtimeForNewRun, runtimeOfRun, type Frozen } from './frozen.js';
import { gather } from './gather.js';
import { claimNumbered, exists, isFree, writeProject } from './project-folder.js';
import { readFinishedRun, readRun, runFiles } from './run-folder.js';
import { openRunLog } from './run-log.js';
import { expectOutside, sourceOf, type Source } from './source.js';
import { trainHead } from './train-head.js';

/**
 * Trains a new run: one pass over the pictures, the split, the head, the test, the run's folder. Throws a
 * `FailureError`; what was reached stays in the run's folder and can be resumed.
 */
export async function startRun(context: Context, params: StartParams): Promise<TrainResult> {
  const card = await context.catalogue.card(params.config.network); // an unknown network makes no folder
  const source = await sourceOf(context, params);
  expectOutside(source.project, source.folder);
  const runtime = await runtimeForNewRun(context);
  const run = await claimRun(source, params.run);
  const file: RunFile = {
    format: 'headstart-run',
    version: formatVersion,
    created: new Date().toISOString(),
    source,
    config: params.config,
    network: { id: card.id, weightsSha256: card.weightsSha256, graphSha256: card.graphSha256 },
    runtime: { name: runtime.name, threads: runtime.threads, batch: extractionBatch(runtime.threads) },
  };
  try {
    return await withRunLock(run, async () => {
      await writeJson(runFiles(run).run, file);
      return trainRun(context, run, file, runtime);
    });
  } catch (error) {
    await removeUnbegun(run, error);
    throw error;
  }
}

/** Makes the run's folder: the one named, if it is free, else the next number in the project. */
async function claimRun({ project, folder }: Source, named: string | null): Promise<string> {
  if (named === null) return claimNumbered(join(project, 'runs'));
  const run = resolve(named);
  expectOutside(run, folder);
  if (!(await isFree(run))) fail({ code: 'run-exists', path: run });
  await makeFolder(run);
  return run;
}

/** Goes on with a run from its last checkpoint; a finished one answers with its report. */
export async function resumeRun(context: Context, folder: string): Promise<TrainResult> {
  const run = resolve(folder);
  const file = await readRun(run);
  if (await exists(runFiles(run).report)) {
    context.emit({ event: 'note', note: { code: 'already-finished', run } });
    const { preprocessing, report } = await readFinishedRun(run);
    return { run, labels: preprocessing.labels, report };
  }
  const card = await context.catalogue.card(file.network.id);
  if (card.weightsSha256 !== file.network.weightsSha256) {
    fail({ code: 'network-damaged', id: card.id, path: run, problem: 'SHA-256' });
  }
  return withRunLock(run, async () => trainRun(context, run, file, await runtimeOfRun(file)));
}

/** A new run and a resumed one take the same way; each step first looks at what is already there. */
async function trainRun(
  context: Context,
  run: string,
  file: RunFile,
  runtime: Runtime,
): Promise<TrainResult> {
  const started = performance.now();
  const log = await openRunLog(context, run);
  try {
    const frozen = await openFrozen(context, { config: file.config, runtime, batch: file.runtime.batch });
    try {
      const reading = performance.now();
      const data = await dataOf(context, run, file, frozen);
      const readingSeconds = (performance.now() - reading) / 1000;
      expectGoingOn(context);
      const trained = await trainHead(context, { run, config: file.config, frozen, data, log });
      const report = await finishRun(context, { run, file, frozen, data, trained, started, readingSeconds });
      return { run, labels: data.labels, report };
    } finally {
      await frozen.close();
    }
  } finally {
    await log.close();
  }
}

/** The run's pictures with their parts, all features stored: from the folder, or as the run fixed them before. */
async function dataOf(context: Context, run: string, file: RunFile, frozen: Frozen): Promise<RunData> {
  const path = runFiles(run).data;
  if (await exists(path)) return ready(context, await readFormat(path, runDataSchema), file, frozen);
  const { folder, splitFile, project } = file.source;
  const gathered = await gather(context, {
    folder,
    splitFile,
    rule: frozen.rule,
    sink: frozen.extraction,
    batch: file.runtime.batch,
  });
  await writeProject(project, { folder, splitFile }, gathered.files, gathered.junk);
  const pictures = arrange(gathered.usable, file.config.split, file.config.seed, folder);
  const data: RunData = {
    format: 'headstart-run-data',
    version: formatVersion,
    root: gathered.root,
    labels: labelsOf(pictures),
    pictures,
  };
  await writeJson(path, data);
  return ready(context, data, file, frozen);
}

async function ready(context: Context, data: RunData, file: RunFile, frozen: Frozen): Promise<RunData> {
  await ensureFeatures(context, frozen, data.root, data.pictures, file.runtime.batch);
  return data;
}

async function withRunLock<T>(run: string, work: () => Promise<T>): Promise<T> {
  const lock = await takeLock(runFiles(run).lock);
  try {
    return await work();
  } finally {
    await lock.release();
  }
}

/** A run that was refused for its input has nothing worth keeping: its folder, made by us, goes again. */
async function removeUnbegun(run: string, error: unknown): Promise<void> {
  const isInput = error instanceof FailureError && [2, 3].includes(exitCodes[error.failure.code]);
  if (isInput && !(await exists(runFiles(run).data))) await rm(run, { recursive: true, force: true });
}
