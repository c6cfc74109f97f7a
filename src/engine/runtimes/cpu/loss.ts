import { atPrecision, type CpuTensor, type FloatArray } from './array.js';

export interface Loss {
  readonly loss: number;
  /** dL/da, [batch, classes], in the precision of the logits. */
  readonly gradient: CpuTensor;
}

/**
 * Cross-entropy of softmax(a) with the targets y, from the logits a [batch, classes], as a mean over the batch with
 * one weight v for each sample:
 *
 *     L_n = sum_k y_nk (log sum_j e^(a_nj) - a_nk)
 *     L   = sum_n v_n L_n / sum_n v_n
 *     dL/da_nk = v_n / sum(v) (softmax(a_n)_k sum_j y_nj - y_nk)
 *
 * The logarithm is taken after the largest logit has been drawn out, so that nothing overflows and a class of tiny
 * probability has a finite loss.
 *
 * @param targets y [batch, classes]: one 1 in each row, or the shares of a smoothed or mixed label
 * @param sampleWeights v, one for each sample, with a sum above 0; without them all are 1
 */
export function softmaxCrossEntropy(
  logits: CpuTensor,
  targets: CpuTensor,
  sampleWeights?: ArrayLike<number>,
): Loss {
  const [batch, classes] = logits.shape;
  const weights = sampleWeights ? Float64Array.from(sampleWeights) : new Float64Array(batch).fill(1);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const gradient = new Float64Array(batch * classes);
  let loss = 0;
  for (let n = 0; n < batch; n++) {
    const a = logits.values.subarray(n * classes, (n + 1) * classes);
    const y = targets.values.subarray(n * classes, (n + 1) * classes);
    const share = weights[n] / total;
    const logSum = logSumExp(a);
    let mass = 0;
    for (let k = 0; k < classes; k++) mass += y[k];
    for (let k = 0; k < classes; k++) {
      loss += share * y[k] * (logSum - a[k]);
      gradient[n * classes + k] = share * (Math.exp(a[k] - logSum) * mass - y[k]);
    }
  }
  const precision = logits.values instanceof Float32Array ? 'float32' : 'float64';
  return { loss, gradient: atPrecision({ shape: logits.shape, values: gradient }, precision) };
}

/** log sum_j e^(a_j) = m + log sum_j e^(a_j - m), m = max a. */
function logSumExp(a: FloatArray): number {
  let max = -Infinity;
  for (const value of a) max = Math.max(max, value);
  let sum = 0;
  for (const value of a) sum += Math.exp(value - max);
  return max + Math.log(sum);
}
