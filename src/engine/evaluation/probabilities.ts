import { logitsOf, softmaxInPlace, type SoftmaxHead } from '../training/softmax-head.js';

/** softmax(W x + b) of stored features [count, features], row by row [count, classes], in float64. */
export function probabilitiesOf(head: SoftmaxHead, rows: Float32Array, count: number): Float64Array {
  const { classes } = head;
  const probabilities = new Float64Array(count * classes);
  for (let i = 0; i < count; i++) {
    const row = probabilities.subarray(i * classes, (i + 1) * classes);
    logitsOf(head, rows, i, row);
    softmaxInPlace(row);
  }
  return probabilities;
}
