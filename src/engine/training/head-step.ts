import { batchGradients, batchLogits, headWorkspace, type HeadWorkspace } from './head-products.js';
import { softmaxInPlace, type LabelledFeatures, type SoftmaxHead } from './softmax-head.js';

export interface Score {
  /** Mean cross-entropy -log z_k of the true class k, in nats. */
  readonly loss: number;
  /** Share of pictures whose likeliest class is the true one. */
  readonly accuracy: number;
}

/** Sums over some pictures, so that an epoch can average over all of its own. */
export interface ScoreSums {
  readonly loss: number;
  readonly correct: number;
}

/**
 * Steps 1 and 2 of an update: forward, then the chain rule backwards, over the pictures `order[from .. to - 1]`.
 * For softmax and cross-entropy dL/dlogit_c = (z_c - y_c) / n, hence dW_c = sum (z_c - y_c) x / n; the mean
 * gradients are in `work` afterwards.
 */
export function forwardBackward(
  head: SoftmaxHead,
  pictures: LabelledFeatures,
  order: Uint32Array,
  from: number,
  to: number,
  work: HeadWorkspace,
): ScoreSums {
  const sums = forward(head, pictures, order, from, to, work);
  const { classes } = head;
  for (let i = 0; i < to - from; i++) work.logits[i * classes + pictures.labels[order[from + i]]] -= 1;
  batchGradients(head, work, to - from);
  return sums;
}

/** Pictures scored together. */
const scoreBatch = 64;

/** Loss and accuracy over all pictures, without learning. */
export function score(head: SoftmaxHead, pictures: LabelledFeatures): Score {
  const { count } = pictures;
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  const work = headWorkspace(head, Math.min(scoreBatch, count));
  let [loss, correct] = [0, 0];
  for (let from = 0; from < count; from += scoreBatch) {
    const sums = forward(head, pictures, order, from, Math.min(from + scoreBatch, count), work);
    loss += sums.loss;
    correct += sums.correct;
  }
  return { loss: loss / count, accuracy: correct / count };
}

/** Leaves the probabilities z in `work.logits`. */
function forward(
  head: SoftmaxHead,
  { rows, labels }: LabelledFeatures,
  order: Uint32Array,
  from: number,
  to: number,
  work: HeadWorkspace,
): ScoreSums {
  const { features, classes } = head;
  for (let i = 0; i < to - from; i++) {
    const start = order[from + i] * features;
    work.x.set(rows.subarray(start, start + features), i * features);
  }
  work.w.set(head.weights);
  batchLogits(head, work, to - from);
  let [loss, correct] = [0, 0];
  for (let i = 0; i < to - from; i++) {
    const label = labels[order[from + i]];
    const own = work.logits.subarray(i * classes, (i + 1) * classes);
    if (largestIndex(own) === label) correct++;
    const logit = own[label];
    loss += softmaxInPlace(own) - logit;
  }
  return { loss, correct };
}

/** The first index of the largest value. */
export function largestIndex(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i;
  return best;
}
