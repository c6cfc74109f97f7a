import { logitsOf, softmaxInPlace, type LabelledFeatures, type SoftmaxHead } from './softmax-head.js';

/** Gradients of the head, and what the batch showed. Reused from step to step. */
export interface HeadGradients {
  /** [classes, features] */
  readonly weights: Float32Array;
  /** [classes] */
  readonly bias: Float32Array;
  readonly logits: Float64Array;
}

export interface Score {
  /** Mean cross-entropy -log z_k of the true class k, in nats. */
  readonly loss: number;
  /** Share of pictures whose likeliest class is the true one. */
  readonly accuracy: number;
}

export function headGradients({ weights, bias, classes }: SoftmaxHead): HeadGradients {
  return {
    weights: new Float32Array(weights.length),
    bias: new Float32Array(bias.length),
    logits: new Float64Array(classes),
  };
}

/**
 * Steps 1 and 2 of an update: forward, then the chain rule backwards, over the pictures `order[from .. to - 1]`.
 * For softmax and cross-entropy dL/dlogit_c = (z_c - y_c) / n, hence dW_c = sum (z_c - y_c) x / n.
 * Returns sums over the batch, so that an epoch can average over all of its pictures.
 */
export function forwardBackward(
  head: SoftmaxHead,
  { rows, labels }: LabelledFeatures,
  order: Uint32Array,
  from: number,
  to: number,
  gradients: HeadGradients,
): { loss: number; correct: number } {
  const { features, classes } = head;
  const { weights: dWeights, bias: dBias, logits } = gradients;
  const count = to - from;
  let [loss, correct] = [0, 0];
  dWeights.fill(0);
  dBias.fill(0);
  for (let i = from; i < to; i++) {
    const row = order[i];
    const label = labels[row];
    logitsOf(head, rows, row, logits);
    if (largestIndex(logits) === label) correct++;
    const logit = logits[label];
    loss += softmaxInPlace(logits) - logit;
    logits[label] -= 1;
    for (let c = 0; c < classes; c++) {
      const d = logits[c] / count;
      dBias[c] += d;
      addScaled(dWeights, c * features, rows, row * features, features, d);
    }
  }
  return { loss, correct };
}

/** Loss and accuracy over all pictures, without learning. */
export function score(head: SoftmaxHead, { count, rows, labels }: LabelledFeatures): Score {
  const logits = new Float64Array(head.classes);
  let [loss, correct] = [0, 0];
  for (let i = 0; i < count; i++) {
    logitsOf(head, rows, i, logits);
    if (largestIndex(logits) === labels[i]) correct++;
    const logit = logits[labels[i]];
    loss += softmaxInPlace(logits) - logit;
  }
  return { loss: loss / count, accuracy: correct / count };
}

/** The first index of the largest value. */
export function largestIndex(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i;
  return best;
}

/** target[at ..] += factor * source[from ..] */
function addScaled(
  target: Float32Array,
  at: number,
  source: Float32Array,
  from: number,
  length: number,
  factor: number,
): void {
  for (let i = 0; i < length; i++) target[at + i] += factor * source[from + i];
}
