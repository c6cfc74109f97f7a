import { join } from 'node:path';
import { fail } from '../../shared/contract/failures.js';
import type { FeatureStore } from '../training/feature-store.js';
import type { Context } from './context.js';
import type { Frozen } from './frozen.js';
import { withReading } from './reading.js';

/** A picture whose features are needed. */
export interface NeededPicture {
  /** Below `root`. */
  readonly file: string;
  readonly sha256: string;
}

/**
 * Makes sure that the features of all pictures are stored and whole: the cache may have been emptied, and a row
 * may have been damaged on the disk. What is missing is computed again from the files. Throws `picture-changed`
 * where a file is no longer what it was, `picture-refused` where it cannot be decoded any more (too slow, say).
 */
export async function ensureFeatures(
  context: Context,
  frozen: Frozen,
  root: string,
  pictures: readonly NeededPicture[],
  batch: number,
): Promise<void> {
  const missing = await withoutFeatures(frozen.store, pictures, frozen.card.features);
  if (missing.length === 0) return;
  const options = { rule: frozen.rule, sink: frozen.extraction, batch };
  const names = missing.map((each) => each.file);
  const seen = await withReading(context, (reading) => reading.look(root, names, options));
  const changed = seen.findIndex((each, i) => each.sha256 !== missing[i].sha256);
  if (changed >= 0) fail({ code: 'picture-changed', path: join(root, missing[changed].file) });
  const refused = seen.find((each) => each.outcome.kind === 'left-out');
  if (refused?.outcome.kind === 'left-out') {
    const { reason } = refused.outcome;
    fail({ code: 'picture-refused', path: join(root, refused.file), reason });
  }
}

/** Reads every row, because only its checksum tells whether it is whole; a damaged one is dropped by the store. */
async function withoutFeatures<Picture extends NeededPicture>(
  store: FeatureStore,
  pictures: readonly Picture[],
  features: number,
): Promise<Picture[]> {
  const row = new Float32Array(features);
  const missing: Picture[] = [];
  for (const picture of pictures) {
    if (!(await store.read(picture.sha256, row, 0))) missing.push(picture);
  }
  return missing;
}
