import type { EvaluateParams, EvaluateResult } from '../../shared/contract/calls.js';
import { fail } from '../../shared/contract/failures.js';
import { metricsOf } from '../evaluation/metrics.js';
import { probabilitiesOf } from '../evaluation/probabilities.js';
import { loadPart } from '../training/dataset.js';
import type { LabelledFeatures } from '../training/softmax-head.js';
import type { Context } from './context.js';
import { ensureFeatures } from './features.js';
import { gather } from './gather.js';
import { withRunModel, type RunModel } from './run-model.js';
import { expectOutside, pictureFolder } from './source.js';
import { withTestPictures } from './test-pictures.js';

/**
 * Measures a run on its own test part, or on another folder with the same classes. Throws
 * `class-unknown-to-run` where the folder holds another class, `part-empty` where nothing is to be measured.
 */
export async function evaluate(context: Context, params: EvaluateParams): Promise<EvaluateResult> {
  const { folder } = params;
  if (folder === null) {
    return withTestPictures(context, params.run, async ({ model, features }) =>
      measured(model, features, 0, 0),
    );
  }
  return withRunModel(context, params.run, async (model) => {
    const { pictures, leftOut, learnedFrom } = await elsewhere(context, model, params, folder);
    return measured(model, pictures, leftOut, learnedFrom);
  });
}

function measured(
  { head, preprocessing }: RunModel,
  pictures: LabelledFeatures,
  leftOut: number,
  learnedFrom: number,
): EvaluateResult {
  const { labels } = preprocessing;
  const probabilities = probabilitiesOf(head, pictures.rows, pictures.count);
  return { metrics: metricsOf(pictures.labels, probabilities, labels), labels, leftOut, learnedFrom };
}

async function elsewhere(
  context: Context,
  { frozen, file, data, preprocessing }: RunModel,
  params: EvaluateParams,
  folder: string,
): Promise<{ pictures: LabelledFeatures; leftOut: number; learnedFrom: number }> {
  const pictureRoot = await pictureFolder(context, folder);
  await expectOutside(context.places.cache, pictureRoot);
  const gathered = await gather(context, {
    folder: pictureRoot,
    splitFile: params.splitFile,
    rule: frozen.rule,
    sink: frozen.extraction,
    batch: file.runtime.batch,
    tellLeftOut: true,
  });
  const { labels } = preprocessing;
  // Without a split file everything in the folder is measured; with one, the named part of it.
  const wanted = gathered.usable.filter((each) => params.splitFile === null || each.part === params.part);
  if (wanted.length === 0) fail({ code: 'part-empty', part: params.part, detail: '' });
  const unknown = wanted.find((each) => !labels.includes(each.class));
  if (unknown !== undefined) {
    fail({ code: 'class-unknown-to-run', name: unknown.class, known: labels.join(', ') });
  }
  await ensureFeatures(context, frozen, gathered.root, wanted, file.runtime.batch);
  const rows = wanted.map((each) => ({ ...each, part: params.part }));
  const pictures = await loadPart(rows, params.part, labels, frozen.store, frozen.card.features);
  const known = new Set(data.pictures.filter((row) => row.part !== 'test').map((row) => row.sha256));
  return {
    pictures,
    leftOut: gathered.files.length - gathered.usable.length,
    learnedFrom: wanted.filter((each) => known.has(each.sha256)).length,
  };
}
