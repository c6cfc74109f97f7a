import { atPrecision, channelsOf, zeros } from '../array.js';
import type { CpuOperation } from '../operation.js';

/**
 * Batch normalisation with the stored statistics, per channel (the last axis), any shape:
 *
 *     y = gamma (x - mean) r + beta,  r = 1 / sqrt(variance + epsilon)
 *     dx = gamma r dy,  dgamma = sum dy (x - mean) r,  dbeta = sum dy
 *
 * The statistics are constants here: there is no gradient for mean and variance.
 */
export const batchNorm: CpuOperation<'batch-norm'> = {
  forward(node, [x], { gamma, beta, mean, variance }, { precision }) {
    const channels = channelsOf(x);
    const r = inverseDeviation(variance.values, node.attributes.epsilon);
    const y = zeros(x.values.length, precision);
    for (let row = 0; row < y.length; row += channels) {
      for (let c = 0; c < channels; c++) {
        y[row + c] = gamma.values[c] * (x.values[row + c] - mean.values[c]) * r[c] + beta.values[c];
      }
    }
    return { shape: x.shape, values: y };
  },
  backward(node, [x], { gamma, beta, mean, variance }, _output, { values: dy }, { precision }) {
    const channels = channelsOf(x);
    const r = inverseDeviation(variance.values, node.attributes.epsilon);
    const dx = zeros(x.values.length, precision);
    const dgamma = new Float64Array(channels);
    const dbeta = new Float64Array(channels);
    for (let row = 0; row < dx.length; row += channels) {
      for (let c = 0; c < channels; c++) {
        dx[row + c] = gamma.values[c] * r[c] * dy[row + c];
        dgamma[c] += dy[row + c] * (x.values[row + c] - mean.values[c]) * r[c];
        dbeta[c] += dy[row + c];
      }
    }
    return {
      inputs: [{ shape: x.shape, values: dx }],
      weights: {
        gamma: atPrecision({ shape: gamma.shape, values: dgamma }, precision),
        beta: atPrecision({ shape: beta.shape, values: dbeta }, precision),
      },
    };
  },
};

function inverseDeviation(variance: ArrayLike<number>, epsilon: number): Float64Array {
  return Float64Array.from(variance, (value) => 1 / Math.sqrt(value + epsilon));
}
