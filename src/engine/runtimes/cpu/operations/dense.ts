import { atPrecision } from '../array.js';
import type { CpuOperation } from '../operation.js';
import { biasGradient, rowsOfBias } from './bias.js';

/** y [n, out] = x [n, in] w [in, out] + b; dx = dy w^T, dw = x^T dy, db = sum of dy over the batch. */
export const dense: CpuOperation<'dense'> = {
  forward(_node, [x], { kernel, bias }, { precision }) {
    const [batch] = x.shape;
    const [features, outputs] = kernel.shape;
    const [xs, w] = [x.values, kernel.values];
    const y = rowsOfBias(bias, batch, outputs);
    for (let n = 0; n < batch; n++) {
      for (let i = 0; i < features; i++) {
        const value = xs[n * features + i];
        for (let o = 0; o < outputs; o++) y[n * outputs + o] += value * w[i * outputs + o];
      }
    }
    return atPrecision({ shape: [batch, outputs], values: y }, precision);
  },
  backward(_node, [x], { kernel, bias }, _output, gradient, { precision }) {
    const [batch] = x.shape;
    const [features, outputs] = kernel.shape;
    const [xs, w, dy] = [x.values, kernel.values, gradient.values];
    const dx = new Float64Array(xs.length);
    const dw = new Float64Array(w.length);
    for (let n = 0; n < batch; n++) {
      for (let i = 0; i < features; i++) {
        const value = xs[n * features + i];
        let sum = 0;
        for (let o = 0; o < outputs; o++) {
          sum += dy[n * outputs + o] * w[i * outputs + o];
          dw[i * outputs + o] += value * dy[n * outputs + o];
        }
        dx[n * features + i] = sum;
      }
    }
    return {
      inputs: [atPrecision({ shape: x.shape, values: dx }, precision)],
      weights: {
        kernel: atPrecision({ shape: kernel.shape, values: dw }, precision),
        ...biasGradient(bias, gradient, precision),
      },
    };
  },
};
