import type { PredictParams, PredictResult, Prediction } from '../../shared/contract/calls.js';
import { listFiles } from '../data/scan.js';
import { probabilitiesOf } from '../evaluation/probabilities.js';
import type { SeenFile } from '../training/picture-pass.js';
import { expectGoingOn, type Context } from './context.js';
import { ensureFeatures } from './features.js';
import { lookAt } from './gather.js';
import { rowsOf, withRunModel, type RunModel } from './run-model.js';

/** Files looked at together; their answers are told before the next ones are read. */
const filesAtOnce = 256;

/**
 * Tells the class of each picture, in the order given, folders in the order of their names. A picture that
 * cannot be read is told as such and the rest goes on. Throws what reading the run or a path throws.
 */
export async function predict(context: Context, params: PredictParams): Promise<PredictResult> {
  const lists = await Promise.all(params.paths.map(listFiles)); // a wrong path is told before the work begins
  const paths = lists.flat();
  return withRunModel(context, params.run, async (model) => {
    let failed = 0;
    for (let from = 0; from < paths.length; from += filesAtOnce) {
      const some = paths.slice(from, from + filesAtOnce);
      for (const prediction of await predictSome(context, model, some, params.top)) {
        if (prediction.kind === 'failed') failed++;
        params.onPrediction(prediction);
      }
      expectGoingOn(context);
    }
    return { pictures: paths.length - failed, failed };
  });
}

async function predictSome(
  context: Context,
  { frozen, file, head, preprocessing }: RunModel,
  paths: readonly string[],
  top: number,
): Promise<Prediction[]> {
  const options = { rule: frozen.rule, sink: frozen.extraction, batch: file.runtime.batch };
  const quiet: Context = { ...context, emit: () => undefined }; // the predictions are the events
  const seen = await lookAt(
    quiet,
    '',
    paths.map((path) => ({ file: path })),
    options,
  );
  const usable = seen.flatMap(({ file: path, sha256, outcome }) =>
    sha256 === null || outcome.kind === 'left-out' ? [] : [{ file: path, sha256 }],
  );
  await ensureFeatures(quiet, frozen, '', usable, file.runtime.batch);
  const rows = await rowsOf(seen, frozen.store, frozen.card.features);
  return seen.map((each, i) => {
    const row = rows[i];
    if (row === undefined) return failure(each);
    const probabilities = probabilitiesOf(head, row, 1);
    const order = [...preprocessing.labels.keys()].sort((a, b) => probabilities[b] - probabilities[a]);
    const ranked = order.map((c) => [preprocessing.labels[c], probabilities[c]] as const);
    const [label, probability] = ranked[0];
    return { kind: 'known', path: each.file, label, probability, top: ranked.slice(0, top) };
  });
}

function failure({ file, outcome }: SeenFile): Prediction {
  const left =
    outcome.kind === 'left-out' ? outcome : ({ kind: 'left-out', reason: 'unreadable', facts: {} } as const);
  return { kind: 'failed', path: file, outcome: left };
}
