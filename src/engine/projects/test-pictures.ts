import type { PictureRow } from '../../shared/contract/parts.js';
import { loadPart } from '../training/dataset.js';
import type { LabelledFeatures } from '../training/softmax-head.js';
import type { Context } from './context.js';
import { ensureFeatures } from './features.js';
import { withRunModel, type RunModel } from './run-model.js';

/** A finished run with its own test part: pictures and features in the same order. */
export interface TestPictures {
  readonly model: RunModel;
  readonly rows: readonly PictureRow[];
  readonly features: LabelledFeatures;
}

/**
 * Opens a run and its test part. Pictures whose features are gone from the cache are read again; one that has
 * changed since ends the call with `picture-changed`.
 */
export async function withTestPictures<T>(
  context: Context,
  run: string,
  work: (pictures: TestPictures) => Promise<T>,
): Promise<T> {
  return withRunModel(context, run, async (model) => {
    const { data, frozen, file } = model;
    const rows = data.pictures.filter((row) => row.part === 'test');
    await ensureFeatures(context, frozen, data.root, rows, file.runtime.batch);
    const features = await loadPart(rows, 'test', data.labels, frozen.store, frozen.card.features);
    return work({ model, rows, features });
  });
}
