import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fail } from '../../shared/contract/failures.js';
import { preprocessingSchema, type Preprocessing } from '../../shared/contract/preprocessing.js';
import { reportSchema, type Report } from '../../shared/contract/report.js';
import { sha256 } from '../files/hash.js';
import { parseSafetensors, toSafetensors } from '../graph/safetensors.js';
import { readWhole, writeAtomic, writeJson } from '../files/disk.js';
import { fromKernel, toKernel, type SoftmaxHead } from '../training/softmax-head.js';
import { readFormat, readRunData, runFileSchema, type RunData, type RunFile } from './formats.js';
import { exists, isFree } from './project-folder.js';

/**
 * Where the parts of a run lie. `run.json` comes first, `data.json` fixes the pictures, `checkpoint.safetensors`
 * follows the training, the rest is written at the end, `report.json` last: with it the run is finished.
 */
export function runFiles(run: string) {
  return {
    run: join(run, 'run.json'),
    lock: join(run, '.lock'),
    events: join(run, 'events.jsonl'),
    data: join(run, 'data.json'),
    checkpoint: join(run, 'checkpoint.safetensors'),
    head: join(run, 'head.safetensors'),
    preprocessing: join(run, 'preprocessing.json'),
    report: join(run, 'report.json'),
  } as const;
}

/** Throws `not-a-run` where the folder is none, or what `readFormat` throws. */
export async function readRun(run: string): Promise<RunFile> {
  const path = runFiles(run).run;
  if (!(await exists(run))) fail({ code: 'path-missing', path: run });
  if (!(await exists(path))) fail({ code: 'not-a-run', path: run });
  return readFormat(path, runFileSchema);
}

/**
 * Whether a run may begin in the folder: there is nothing in it, or only what a run left that was ended in its
 * first moment, before `run.json`.
 */
export async function isUnbegun(run: string): Promise<boolean> {
  if (await isFree(run)) return true;
  const names = await readdir(run).catch(() => ['not a folder']);
  return names.every((name) => name === '.lock' || /^\.run\.json\.[0-9a-f]+\.tmp$/.test(name));
}

/** A run that has reached its end, with all that predicting and exporting need. */
export interface FinishedRun {
  readonly folder: string;
  readonly file: RunFile;
  readonly data: RunData;
  readonly preprocessing: Preprocessing;
  readonly head: SoftmaxHead;
  readonly report: Report;
}

/** Throws `run-unfinished`, or what the files say. */
export async function readFinishedRun(folder: string): Promise<FinishedRun> {
  const files = runFiles(folder);
  const file = await readRun(folder);
  if (!(await exists(files.report))) fail({ code: 'run-unfinished', path: folder });
  const preprocessing = await readFormat(files.preprocessing, preprocessingSchema);
  const data = await readRunData(files.data);
  if (JSON.stringify(data.labels) !== JSON.stringify(preprocessing.labels)) {
    fail({ code: 'file-damaged', path: files.preprocessing, problem: 'labels' });
  }
  const head = await readHead(files.head, preprocessing.labels.length);
  const expected = weightsHash(file.network.weightsSha256, head.sha256);
  if (preprocessing.weights !== expected)
    fail({ code: 'file-damaged', path: files.head, problem: 'SHA-256' });
  return {
    folder,
    file,
    data,
    preprocessing,
    head: head.head,
    report: await readFormat(files.report, reportSchema),
  };
}

/** Writes the head and returns the SHA-256 of its bytes. */
export async function writeHead(path: string, head: SoftmaxHead): Promise<string> {
  const { features, classes } = head;
  const bytes = toSafetensors(
    new Map([
      ['head/kernel', { shape: [features, classes], values: toKernel(head) }],
      ['head/bias', { shape: [classes], values: head.bias }],
    ]),
  );
  await writeAtomic(path, bytes);
  return sha256(bytes);
}

export async function writeReport(run: string, report: Report): Promise<void> {
  await writeJson(runFiles(run).report, report);
}

/** What `preprocessing.json` says of the weights: a hash over network and head. */
export function weightsHash(networkSha256: string, headSha256: string): string {
  return sha256(networkSha256, headSha256);
}

async function readHead(path: string, classes: number): Promise<{ head: SoftmaxHead; sha256: string }> {
  const bytes = await readWhole(path);
  const { weights } = parseSafetensors(bytes, path);
  const [kernel, bias] = [weights.get('head/kernel'), weights.get('head/bias')];
  if (kernel?.shape.length !== 2 || kernel.shape[1] !== classes || bias?.values.length !== classes) {
    return fail({ code: 'file-damaged', path, problem: 'head' });
  }
  const features = kernel.shape[0];
  const head = {
    features,
    classes,
    weights: fromKernel(kernel.values, features, classes),
    bias: bias.values,
  };
  return { head, sha256: sha256(bytes) };
}
