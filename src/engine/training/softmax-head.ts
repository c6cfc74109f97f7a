import { assertNever } from '../../shared/assert-never.js';
import type { Random } from '../../shared/random.js';
import type { RunConfig } from '../../shared/contract/run-config.js';

/**
 * The new last layer: logits = W x + b, z = softmax(logits).
 *
 * W is kept as [classes, features], one row a class, because every hot loop below then runs along features;
 * graphs and exports want [features, classes] (`toKernel`).
 */
export interface SoftmaxHead {
  readonly features: number;
  readonly classes: number;
  /** [classes, features] */
  readonly weights: Float32Array;
  /** [classes] */
  readonly bias: Float32Array;
}

/** Stored features of some pictures, row by row, and the class index of each. */
export interface LabelledFeatures {
  readonly count: number;
  /** [count, features] */
  readonly rows: Float32Array;
  /** [count] */
  readonly labels: Uint32Array;
}

/**
 * A head before training; the bias is zero. Xavier (Glorot and Bengio, 2010): U(-a, a),
 * a = sqrt(6 / (features + classes)).
 */
export function newHead(
  kind: RunConfig['head']['initialisation'],
  features: number,
  classes: number,
  random: Random,
): SoftmaxHead {
  const weights = new Float32Array(classes * features);
  switch (kind) {
    case 'xavier-uniform': {
      const a = Math.sqrt(6 / (features + classes));
      for (let i = 0; i < weights.length; i++) weights[i] = a * (2 * random.uniform() - 1);
      break;
    }
    case 'zeros':
      break;
    default:
      assertNever(kind);
  }
  return { features, classes, weights, bias: new Float32Array(classes) };
}

export function copyHead(head: SoftmaxHead): SoftmaxHead {
  return { ...head, weights: head.weights.slice(), bias: head.bias.slice() };
}

/** W as the graph wants it: [features, classes]. */
export function toKernel({ weights, features, classes }: SoftmaxHead): Float32Array {
  const kernel = new Float32Array(weights.length);
  for (let c = 0; c < classes; c++) {
    for (let f = 0; f < features; f++) kernel[f * classes + c] = weights[c * features + f];
  }
  return kernel;
}

/** The inverse of `toKernel`. */
export function fromKernel(kernel: Float32Array, features: number, classes: number): Float32Array {
  const weights = new Float32Array(kernel.length);
  for (let f = 0; f < features; f++) {
    for (let c = 0; c < classes; c++) weights[c * features + f] = kernel[f * classes + c];
  }
  return weights;
}

/** Writes W x + b for row `row` of `rows` into `logits` [classes]. */
export function logitsOf(head: SoftmaxHead, rows: Float32Array, row: number, logits: Float64Array): void {
  const { features, classes, weights, bias } = head;
  const start = row * features;
  for (let c = 0; c < classes; c++) {
    const at = c * features;
    // Four sums at once: independent additions keep the processor busy.
    let [s0, s1, s2, s3] = [0, 0, 0, 0];
    let f = 0;
    for (; f + 3 < features; f += 4) {
      s0 += weights[at + f] * rows[start + f];
      s1 += weights[at + f + 1] * rows[start + f + 1];
      s2 += weights[at + f + 2] * rows[start + f + 2];
      s3 += weights[at + f + 3] * rows[start + f + 3];
    }
    for (; f < features; f++) s0 += weights[at + f] * rows[start + f];
    logits[c] = bias[c] + (s0 + s1 + s2 + s3);
  }
}

/**
 * Turns logits into probabilities in place and returns log sum exp(logits), so that
 * -log z_k = logSumExp - logit_k without ever taking the logarithm of a rounded zero.
 */
export function softmaxInPlace(logits: Float64Array): number {
  let largest = -Infinity;
  for (const logit of logits) largest = Math.max(largest, logit);
  let sum = 0;
  for (let c = 0; c < logits.length; c++) {
    logits[c] = Math.exp(logits[c] - largest);
    sum += logits[c];
  }
  for (let c = 0; c < logits.length; c++) logits[c] /= sum;
  return largest + Math.log(sum);
}
