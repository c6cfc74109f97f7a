import { randomBytes } from 'node:crypto';
import { copyFile, readdir, readFile, rename, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { ExportParams, ExportResult, Proof } from '../../shared/contract/calls.js';
import { fail } from '../../shared/contract/failures.js';
import { exportReadme } from '../../shared/text/export-readme.js';
import { probabilitiesOf } from '../evaluation/probabilities.js';
import { onnxFile } from '../exports/onnx-file.js';
import { proveWithPython, proveWithWasm, type ExpectedAnswer, type ProofTask } from '../exports/prove.js';
import { diskError, makeFolder, writeAtomic, writeJson } from '../files/disk.js';
import { sha256 } from '../files/hash.js';
import { toKernel } from '../training/softmax-head.js';
import { expectGoingOn, type Context } from './context.js';
import { exists, isFree, nextNumbered } from './project-folder.js';
import { expectOutside } from './source.js';
import { withTestPictures, type TestPictures } from './test-pictures.js';
import { engineVersion } from './version.js';

/**
 * Writes a run's model for other programs and proves it: the written file must answer as the app does on every
 * picture of the test part, from the raw files, in another process. The folder appears only when the proof has
 * been made; a proof that fails leaves nothing.
 */
export async function exportRun(context: Context, params: ExportParams): Promise<ExportResult> {
  const run = resolve(params.run);
  const folder = resolve(params.folder ?? (await nextNumbered(join(run, 'exports'))));
  if (!(await isFree(folder))) fail({ code: 'output-exists', path: folder });
  return withTestPictures(context, run, async (pictures) => {
    await expectOutside(folder, pictures.model.data.root);
    await expectUnchanged(pictures);
    const draft = join(dirname(folder), `.${basename(folder)}.${randomBytes(4).toString('hex')}.tmp`);
    try {
      const bytes = await writeDraft(context, draft, pictures);
      const proofs = await prove(context, draft, pictures);
      await writeJson(join(draft, 'proof.json'), { modelSha256: sha256(bytes), proofs });
      await writeAtomic(join(draft, 'README.md'), exportReadme({ ...modelFacts(pictures), proofs }));
      await putInPlace(draft, folder);
      return { format: params.format, path: join(folder, 'model.onnx'), bytes: bytes.length, proofs };
    } finally {
      await rm(draft, { recursive: true, force: true });
    }
  });
}

/** The proof reads the raw files: one that is no longer what it was would speak against the export. */
async function expectUnchanged({ model, rows }: TestPictures): Promise<void> {
  for (const row of rows) {
    const path = join(model.data.root, row.file);
    const bytes = await readFile(path).catch(() => undefined);
    if (bytes === undefined || sha256(bytes) !== row.sha256) fail({ code: 'picture-changed', path });
  }
}

async function writeDraft(context: Context, draft: string, pictures: TestPictures): Promise<Uint8Array> {
  const { head, preprocessing, frozen } = pictures.model;
  const tensors = {
    kernel: { shape: [head.features, head.classes], values: toKernel(head) },
    bias: { shape: [head.classes], values: head.bias },
  };
  const notes = { producerVersion: engineVersion, description: frozen.card.name };
  const bytes = onnxFile(frozen.network, tensors, preprocessing, notes);
  await makeFolder(draft);
  await writeAtomic(join(draft, 'model.onnx'), bytes);
  await writeJson(join(draft, 'preprocessing.json'), preprocessing);
  await writeJson(join(draft, 'labels.json'), preprocessing.labels);
  await copySamples(context, draft);
  await copyLicences(context, draft, frozen.card.id);
  return bytes;
}

async function prove(context: Context, draft: string, pictures: TestPictures): Promise<Proof[]> {
  const task: ProofTask = {
    verifiers: verifiersOf(context),
    model: join(draft, 'model.onnx'),
    preprocessing: join(draft, 'preprocessing.json'),
    answers: answersOf(pictures),
    signal: context.signal,
    onProgress: (done, of) => context.emit({ event: 'progress', stage: 'verifying', done, of }),
  };
  const wasm = await proveWithWasm(task);
  expectGoingOn(context);
  return [wasm, await proveWithPython(task)];
}

/** What the app says of each test picture. */
function answersOf({ model, rows, features }: TestPictures): ExpectedAnswer[] {
  const { classes } = model.head;
  const probabilities = probabilitiesOf(model.head, features.rows, features.count);
  return rows.map((row, i) => ({
    path: join(model.data.root, row.file),
    probabilities: [...probabilities.subarray(i * classes, (i + 1) * classes)],
  }));
}

function modelFacts({ model }: TestPictures) {
  return {
    network: model.frozen.card.name,
    labels: model.preprocessing.labels,
    size: model.preprocessing.size,
    accuracy: model.report.test.accuracy,
    interval: model.report.test.interval,
    testPictures: model.report.test.count,
  };
}

/** Programs that predict with the exported file and prove it again, beside the model. */
async function copySamples(context: Context, draft: string): Promise<void> {
  const folder = verifiersOf(context);
  for (const name of await readdir(folder)) {
    if (/\.(mjs|py)$/.test(name)) await copyInto(join(folder, name), join(draft, name));
  }
}

async function copyLicences(context: Context, draft: string, network: string): Promise<void> {
  const folder = join(context.places.resources, 'networks', network);
  for (const name of ['LICENSE', 'NOTICE']) {
    if (await exists(join(folder, name))) {
      await writeAtomic(join(draft, 'LICENSES', `${network}-${name}`), await readFile(join(folder, name)));
    }
  }
}

async function copyInto(from: string, to: string): Promise<void> {
  try {
    await copyFile(from, to);
  } catch (error) {
    throw diskError(error, to, 'write');
  }
}

/** An empty folder that the user made beforehand gives way. */
async function putInPlace(draft: string, folder: string): Promise<void> {
  try {
    if (await exists(folder)) await rmdir(folder); // fails where something has come into it meanwhile
    await rename(draft, folder);
  } catch (error) {
    throw diskError(error, folder, 'write');
  }
}

function verifiersOf({ places }: Context): string {
  return join(places.resources, 'verify');
}
