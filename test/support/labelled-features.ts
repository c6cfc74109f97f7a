import type { LabelledFeatures, SoftmaxHead } from '../../src/engine/training/softmax-head.js';
import { defaultRunConfig, type RunConfig } from '../../src/shared/contract/run-config.js';
import { Random } from '../../src/shared/random.js';

/** Features of `count` pictures that a head can tell apart, not perfectly: noise of 1 around a point for each class. */
export function drawnFeatures(
  count: number,
  features: number,
  classes: number,
  purpose = 'features',
): LabelledFeatures {
  const random = Random.stream(9, purpose);
  const labels = Uint32Array.from({ length: count }, (_, i) => i % classes);
  const rows = Float32Array.from({ length: count * features }, (_, i) => {
    const isOwn = i % features === labels[Math.floor(i / features)];
    return 2 * random.uniform() - 1 + (isOwn ? 1 : 0);
  });
  return { count, rows, labels };
}

/** A head whose weights are whole 64ths, which float32 holds exactly. */
export function drawnHead(features: number, classes: number): SoftmaxHead {
  const random = Random.stream(9, 'head');
  const draw = (): number => (random.below(129) - 64) / 64;
  return {
    features,
    classes,
    weights: Float32Array.from({ length: features * classes }, draw),
    bias: Float32Array.from({ length: classes }, draw),
  };
}

/** The default recipe for a few short epochs, with changes. */
export function recipe(changes: Partial<RunConfig> = {}): RunConfig {
  return { ...defaultRunConfig, epochs: 6, batchSize: 4, ...changes };
}
