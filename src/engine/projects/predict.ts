import type { PredictParams, PredictResult } from '../../shared/contract/calls.js';
import type { Prediction } from '../../shared/contract/events.js';
import { listFiles } from '../data/scan.js';
import { probabilitiesOf } from '../evaluation/probabilities.js';
import type { SeenFile } from '../training/picture-pass.js';
import { expectGoingOn, type Context } from './context.js';
import { ensureFeatures } from './features.js';
import { withReading, type Reading } from './reading.js';
import { rowsOf, withRunModel, type RunModel } from './run-model.js';

/** Files looked at together; their answers are told before the next ones are read. */
const filesAtOnce = 32;

/**
 * Tells the class of each picture, in the order given, folders in the order of their names. A picture that
 * cannot be read is told as such and the rest goes on. Throws what reading the run or a path throws.
 */
export async function predict(context: Context, params: PredictParams): Promise<PredictResult> {
  const lists = await Promise.all(params.paths.map(listFiles)); // a wrong path is told before the work begins
  const paths = lists.flat();
  const quiet: Context = { ...context, emit: () => undefined }; // the predictions are the events
  return withRunModel(context, params.run, (model) =>
    withReading(quiet, async (reading) => {
      let failed = 0;
      for (let from = 0; from < paths.length; from += filesAtOnce) {
        const some = paths.slice(from, from + filesAtOnce);
        for (const prediction of await predictSome(quiet, reading, model, some, params.top)) {
          if (prediction.kind === 'failed') failed++;
          context.emit({ event: 'prediction', prediction });
        }
        expectGoingOn(context);
      }
      return { pictures: paths.length - failed, failed };
    }),
  );
}

async function predictSome(
  context: Context,
  reading: Reading,
  { frozen, file, head, preprocessing }: RunModel,
  paths: readonly string[],
  top: number,
): Promise<Prediction[]> {
  const { batch } = file.runtime;
  const seen = await reading.look('', paths, { rule: frozen.rule, sink: frozen.extraction, batch });
  const usable = seen.flatMap(({ file: path, sha256, outcome }) =>
    sha256 === null || outcome.kind === 'left-out' ? [] : [{ file: path, sha256 }],
  );
  await ensureFeatures(context, frozen, '', usable, batch);
  const rows = await rowsOf(seen, frozen.store, frozen.card.features);
  return seen.map((each, i) => {
    const row = rows[i];
    if (row === undefined) return failure(each);
    const probabilities = probabilitiesOf(head, row, 1);
    const order = [...preprocessing.labels.keys()].sort((a, b) => probabilities[b] - probabilities[a]);
    const ranked = order.map((c) => [preprocessing.labels[c], probabilities[c]] as const);
    const [label, probability] = ranked[0];
    return { kind: 'answered', path: each.file, label, probability, top: ranked.slice(0, top) };
  });
}

function failure({ file, outcome }: SeenFile): Prediction {
  const { reason, facts } =
    outcome.kind === 'left-out' ? outcome : ({ reason: 'vanished', facts: {} } as const);
  return { kind: 'failed', path: file, reason, facts };
}
