import { logitsOf, softmaxInPlace, type LabelledFeatures, type SoftmaxHead } from './softmax-head.js';

/** Gradients of the head and the working memory of its steps, reused from batch to batch. */
export interface HeadWorkspace {
  /** dL/dW [classes, features] */
  readonly weights: Float32Array;
  /** dL/db [classes] */
  readonly bias: Float32Array;
  /** The batch's features [batch, features], W [classes, features] and logits [batch, classes] in float64. */
  readonly x: Float64Array;
  readonly w: Float64Array;
  readonly logits: Float64Array;
  /** One row of dL/dW. */
  readonly row: Float64Array;
}

export interface Score {
  /** Mean cross-entropy -log z_k of the true class k, in nats. */
  readonly loss: number;
  /** Share of pictures whose likeliest class is the true one. */
  readonly accuracy: number;
}

export function headWorkspace({ weights, classes, features }: SoftmaxHead, batch: number): HeadWorkspace {
  return {
    weights: new Float32Array(weights.length),
    bias: new Float32Array(classes),
    x: new Float64Array(batch * features),
    w: new Float64Array(weights.length),
    logits: new Float64Array(batch * classes),
    row: new Float64Array(features),
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
  work: HeadWorkspace,
): { loss: number; correct: number } {
  const { features, classes } = head;
  const { x, w, logits } = work;
  const count = to - from;
  // Float64 copies: the loops below run many times over each value, and every read of a float32 is a conversion.
  for (let i = 0; i < count; i++) {
    const start = order[from + i] * features;
    x.set(rows.subarray(start, start + features), i * features);
  }
  w.set(head.weights);
  batchLogits(head, work, count);
  let [loss, correct] = [0, 0];
  for (let i = 0; i < count; i++) {
    const label = labels[order[from + i]];
    const own = logits.subarray(i * classes, (i + 1) * classes);
    if (largestIndex(own) === label) correct++;
    const logit = own[label];
    loss += softmaxInPlace(own) - logit;
    own[label] -= 1;
  }
  batchGradients(head, work, count);
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

/** logits = X W^T + b, four pictures at a time: a weight that was read once serves four sums. */
function batchLogits({ features, classes, bias }: SoftmaxHead, work: HeadWorkspace, count: number): void {
  const { x, w, logits } = work;
  let i = 0;
  for (; i + 3 < count; i += 4) {
    const [x0, x1, x2, x3] = [i * features, (i + 1) * features, (i + 2) * features, (i + 3) * features];
    for (let c = 0; c < classes; c++) {
      const at = c * features;
      let [s0, s1, s2, s3] = [0, 0, 0, 0];
      for (let f = 0; f < features; f++) {
        const weight = w[at + f];
        s0 += weight * x[x0 + f];
        s1 += weight * x[x1 + f];
        s2 += weight * x[x2 + f];
        s3 += weight * x[x3 + f];
      }
      logits[i * classes + c] = s0 + bias[c];
      logits[(i + 1) * classes + c] = s1 + bias[c];
      logits[(i + 2) * classes + c] = s2 + bias[c];
      logits[(i + 3) * classes + c] = s3 + bias[c];
    }
  }
  for (; i < count; i++) {
    for (let c = 0; c < classes; c++) {
      let sum = 0;
      for (let f = 0; f < features; f++) sum += w[c * features + f] * x[i * features + f];
      logits[i * classes + c] = sum + bias[c];
    }
  }
}

/** dW = D^T X / n and db = sum of D / n, with D = z - y in `logits`; four pictures at a time. */
function batchGradients({ features, classes }: SoftmaxHead, work: HeadWorkspace, count: number): void {
  const { x, logits: d, row } = work;
  for (let c = 0; c < classes; c++) {
    row.fill(0);
    let [i, sum] = [0, 0];
    for (; i + 3 < count; i += 4) {
      const [x0, x1, x2, x3] = [i * features, (i + 1) * features, (i + 2) * features, (i + 3) * features];
      const [d0, d1] = [d[i * classes + c], d[(i + 1) * classes + c]];
      const [d2, d3] = [d[(i + 2) * classes + c], d[(i + 3) * classes + c]];
      sum += d0 + d1 + d2 + d3;
      for (let f = 0; f < features; f++) {
        row[f] += d0 * x[x0 + f] + d1 * x[x1 + f] + d2 * x[x2 + f] + d3 * x[x3 + f];
      }
    }
    for (; i < count; i++) {
      const di = d[i * classes + c];
      sum += di;
      for (let f = 0; f < features; f++) row[f] += di * x[i * features + f];
    }
    work.bias[c] = sum / count;
    for (let f = 0; f < features; f++) work.weights[c * features + f] = row[f] / count;
  }
}
