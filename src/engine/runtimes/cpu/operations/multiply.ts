import { atPrecision, channelsOf, zeros, type CpuTensor } from '../array.js';
import type { CpuOperation } from '../operation.js';

/**
 * y = a b: two tensors of one shape, or a map a [n, h, w, c] and a vector b [n, c] that holds for all its pixels.
 *
 *     da = dy b,  db = dy a, summed over the pixels where b is a vector
 */
export const multiply: CpuOperation<'multiply'> = {
  forward(_node, [a, b], _weights, { precision }) {
    const y = zeros(a.values.length, precision);
    eachPair(a, b, (i, j) => {
      y[i] = a.values[i] * b.values[j];
    });
    return { shape: a.shape, values: y };
  },
  backward(_node, [a, b], _weights, _output, { values: dy }, { precision }) {
    const da = zeros(a.values.length, precision);
    const db = new Float64Array(b.values.length);
    eachPair(a, b, (i, j) => {
      da[i] = dy[i] * b.values[j];
      db[j] += dy[i] * a.values[i];
    });
    return {
      inputs: [{ shape: a.shape, values: da }, atPrecision({ shape: b.shape, values: db }, precision)],
      weights: {},
    };
  },
};

/** Visits each value of a together with the value of b that it meets. */
function eachPair(a: CpuTensor, b: CpuTensor, visit: (i: number, j: number) => void): void {
  const channels = channelsOf(b);
  const rows = b.values.length / channels;
  const pixels = a.values.length / b.values.length;
  let i = 0;
  for (let row = 0; row < rows; row++) {
    for (let pixel = 0; pixel < pixels; pixel++) {
      for (let c = 0; c < channels; c++) visit(i++, row * channels + c);
    }
  }
}
