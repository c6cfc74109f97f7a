import { rm, rmdir } from 'node:fs/promises';
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
import { contentHash, formatVersion, readRunData, type RunData, type RunFile } from './formats.js';
import { extractionBatch, openFrozen, runtimeForNewRun, runtimeOfRun, type Frozen } from './frozen.js';
import { gather } from './gather.js';
import { claimNumbered, exists, writeProject } from './project-folder.js';
import { isUnbegun, readFinishedRun, readRun, runFiles } from './run-folder.js';
import { openRunLog } from './run-log.js';
import { expectSameNetwork } from './run-model.js';
import { expectOutside, sourceOf, type Source } from './source.js';
import { trainHead } from './train-head.js';

/**
 * Trains a new run: one pass over the pictures, the split, the head, the test, the run's folder. Throws a
 * `FailureError`; what was reached stays in the run's folder and can be resumed.
 */
export async function startRun(context: Context, params: StartParams): Promise<TrainResult> {
  const card = await context.catalogue.card(params.config.network); // an unknown network makes no folder
  const source = await sourceOf(context, params);
  await expectOutside(source.project, source.folder);
  const runtime = await runtimeForNewRun(context);
  const { run, isOurs } = await claimRun(source, params.run);
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
      context.emit({ event: 'note', note: { code: 'run-began', run } });
      return trainRun(context, run, file, runtime);
    });
  } catch (error) {
    if (isInputFailure(error)) await removeUnbegun(run, source.project, isOurs);
    throw namingRun(error, run);
  }
}

/** The run's folder: the one named, if it is free, else the next number in the project; ours if we made it. */
async function claimRun(
  { project, folder }: Source,
  named: string | null,
): Promise<{ run: string; isOurs: boolean }> {
  if (named === null) return { run: await claimNumbered(join(project, 'runs')), isOurs: true };
  const run = resolve(named);
  await expectOutside(run, folder);
  if (!(await isUnbegun(run))) fail({ code: 'run-exists', path: run });
  const isOurs = !(await exists(run));
  await makeFolder(run);
  return { run, isOurs };
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
  await expectOutside(context.places.cache, file.source.folder);
  const card = await context.catalogue.card(file.network.id);
  expectSameNetwork(card, file.network);
  return withRunLock(run, async () => trainRun(context, run, file, await runtimeOfRun(file))).catch(
    (error: unknown) => {
      throw namingRun(error, run);
    },
  );
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
  if (await exists(path)) return ready(context, await readRunData(path), file, frozen);
  const { folder, splitFile, project } = file.source;
  const gathered = await gather(context, {
    folder,
    splitFile,
    rule: frozen.rule,
    sink: frozen.extraction,
    batch: file.runtime.batch,
    tellLeftOut: true,
  });
  await writeProject(project, { folder, splitFile }, gathered.files, gathered.junk);
  const pictures = arrange(gathered.usable, file.config.split, file.config.seed, folder);
  const content = {
    format: 'headstart-run-data',
    version: formatVersion,
    root: gathered.root,
    labels: labelsOf(pictures),
    pictures,
  } as const;
  const data: RunData = { ...content, contentSha256: contentHash(content) };
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

/** Who cancels wants to know what to go on with. */
function namingRun(error: unknown, run: string): unknown {
  const isCancel = error instanceof FailureError && error.failure.code === 'cancelled';
  return isCancel ? new FailureError({ code: 'cancelled', run }) : error;
}

function isInputFailure(error: unknown): boolean {
  return error instanceof FailureError && [2, 3].includes(exitCodes[error.failure.code]);
}

/** A run that was refused for its input has nothing worth keeping: what we made goes again. */
async function removeUnbegun(run: string, project: string, isOurs: boolean): Promise<void> {
  const files = runFiles(run);
  if (await exists(files.data)) return;
  for (const file of [files.run, files.events, files.lock]) await rm(file, { force: true });
  for (const folder of isOurs ? [run, join(project, 'runs'), project] : []) {
    await rmdir(folder).catch(() => undefined); // stays where something else is in it
  }
}
