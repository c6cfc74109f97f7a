import { dirname } from 'node:path';
import { pixelRule, type PixelRule } from '../../shared/contract/preprocessing.js';
import type { RunConfig } from '../../shared/contract/run-config.js';
import { fail } from '../../shared/contract/failures.js';
import type { NetworkCard } from '../networks/card.js';
import { prefixUpTo } from '../graph/passes/split-at.js';
import type { Network } from '../graph/network.js';
import { chooseRuntime, probe } from '../runtimes/choose.js';
import type { ForwardProgram, Runtime } from '../runtimes/runtime.js';
import { extraction, type Extraction } from '../training/extraction.js';
import { featureFolder } from '../training/feature-folder.js';
import { openFeatureStore, type FeatureStore } from '../training/feature-store.js';
import { pruneFeatures } from '../training/prune-cache.js';
import type { Context } from './context.js';
import type { RunFile } from './formats.js';

/**
 * Pictures in one run of the frozen network: one a thread, at least two. Small, because the maps of a few
 * pictures stay in the processor's cache: EfficientNet-Lite0 on two cores does 272 pictures a second in twos,
 * 239 in sixteens (`bench extract`).
 */
export function extractionBatch(threads: number): number {
  return Math.min(Math.max(2, threads), 16);
}

/** The frozen part of a run's network, ready to turn pictures into stored features. */
export interface Frozen {
  readonly card: NetworkCard;
  readonly network: Network;
  readonly rule: PixelRule;
  readonly store: FeatureStore;
  readonly extraction: Extraction;
  close(): Promise<void>;
}

export interface FrozenSettings {
  readonly config: Pick<RunConfig, 'network' | 'inputSize' | 'crop'>;
  readonly runtime: Runtime;
  readonly batch: number;
}

/** Loads the network, opens its stored features and prepares the runtime. The caller closes it. */
export async function openFrozen(context: Context, settings: FrozenSettings): Promise<Frozen> {
  const { config, runtime, batch } = settings;
  const card = await context.catalogue.card(config.network);
  const size = config.inputSize ?? card.input.size;
  const rule = pixelRule(config.crop, size);
  const network = await context.catalogue.load(card.id, size);
  const { small } = network.graph.cuts;
  const folder = featureFolder(context.places.cache, { card, rule, cut: small, view: 0 });
  const store = await openFeatureStore(folder, card.features);
  await pruneFeatures(folder, dirname(folder));
  // Made when the first picture needs it: where all features are stored, the network never runs.
  let program: Promise<ForwardProgram> | undefined;
  const programOnce = (): Promise<ForwardProgram> =>
    (program ??= runtime.forward(prefixUpTo(network, small)));
  const shape = { batch, pixels: size * size * 3, features: card.features };
  return {
    card,
    network,
    rule,
    store,
    extraction: extraction(programOnce, store, shape),
    close: async () => {
      await (await program)?.close();
      await store.close();
    },
  };
}

/** The fastest correct runtime, for a new run. Those passed over are told. */
export async function runtimeForNewRun(context: Context): Promise<Runtime> {
  const { runtime, passedOver } = await chooseRuntime();
  for (const each of passedOver) {
    const reason = each.state === 'missing' ? each.reason : each.state;
    context.emit({ event: 'note', note: { code: 'runtime-refused', runtime: each.name, reason } });
  }
  return runtime;
}

/** The very runtime that a run began with: another one rounds differently. Throws `no-runtime`. */
export async function runtimeOfRun({ runtime: wanted }: RunFile): Promise<Runtime> {
  const found = await probe(wanted.name, wanted.threads);
  if (found.state === 'ready') return found.runtime;
  return fail({ code: 'no-runtime', reasons: `${wanted.name}: ${found.state}` });
}
