import { fail } from '../../shared/contract/failures.js';
import type { NetworkCard } from '../networks/card.js';
import type { FeatureStore } from '../training/feature-store.js';
import type { SeenFile } from '../training/picture-pass.js';
import type { Context } from './context.js';
import { openFrozen, runtimeOfRun, type Frozen } from './frozen.js';
import { readFinishedRun, type FinishedRun } from './run-folder.js';
import { expectOutside } from './source.js';

/** A finished run with its network ready: what evaluating and predicting need. */
export interface RunModel extends FinishedRun {
  readonly frozen: Frozen;
}

/** Opens a finished run, lends it to `work`, closes it. Throws what reading the run throws. */
export async function withRunModel<T>(
  context: Context,
  run: string,
  work: (model: RunModel) => Promise<T>,
): Promise<T> {
  const finished = await readFinishedRun(run);
  const { file, data } = finished;
  await expectOutside(context.places.cache, data.root);
  expectSameNetwork(await context.catalogue.card(file.network.id), file.network);
  const runtime = await runtimeOfRun(file);
  const frozen = await openFrozen(context, { config: file.config, runtime, batch: file.runtime.batch });
  try {
    return await work({ ...finished, frozen });
  } finally {
    await frozen.close();
  }
}

/** A head fits one network only. */
export function expectSameNetwork(card: NetworkCard, network: FinishedRun['file']['network']): void {
  if (card.weightsSha256 === network.weightsSha256 && card.graphSha256 === network.graphSha256) return;
  fail({ code: 'network-damaged', id: card.id, path: card.id, problem: 'SHA-256' });
}

/** The stored features of some files, row by row; those without (left out, or damaged rows) are undefined. */
export async function rowsOf(
  seen: readonly SeenFile[],
  store: FeatureStore,
  features: number,
): Promise<(Float32Array | undefined)[]> {
  return Promise.all(
    seen.map(async ({ sha256, outcome }) => {
      if (sha256 === null || outcome.kind === 'left-out') return undefined;
      const row = new Float32Array(features);
      return (await store.read(sha256, row, 0)) ? row : undefined;
    }),
  );
}
