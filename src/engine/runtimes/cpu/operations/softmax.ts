import { channelsOf, zeros } from '../array.js';
import type { CpuOperation } from '../operation.js';

/**
 * Over the last axis, any shape: y_k = e^(x_k - max) / sum_j e^(x_j - max); dx_k = y_k (dy_k - sum_j dy_j y_j).
 */
export const softmax: CpuOperation<'softmax'> = {
  forward(_node, [x], _weights, { precision }) {
    const classes = channelsOf(x);
    const y = zeros(x.values.length, precision);
    for (let row = 0; row < y.length; row += classes) {
      let max = -Infinity;
      for (let k = 0; k < classes; k++) max = Math.max(max, x.values[row + k]);
      let sum = 0;
      for (let k = 0; k < classes; k++) sum += Math.exp(x.values[row + k] - max);
      for (let k = 0; k < classes; k++) y[row + k] = Math.exp(x.values[row + k] - max) / sum;
    }
    return { shape: x.shape, values: y };
  },
  backward(_node, [x], _weights, { values: y }, { values: dy }, { precision }) {
    const classes = channelsOf(x);
    const dx = zeros(x.values.length, precision);
    for (let row = 0; row < dx.length; row += classes) {
      let dot = 0;
      for (let k = 0; k < classes; k++) dot += dy[row + k] * y[row + k];
      for (let k = 0; k < classes; k++) dx[row + k] = y[row + k] * (dy[row + k] - dot);
    }
    return { inputs: [{ shape: x.shape, values: dx }], weights: {} };
  },
};
