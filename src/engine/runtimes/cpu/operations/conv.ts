import type { NodeOf } from '../../../graph/node.js';
import { atPrecision, type CpuTensor } from '../array.js';
import type { CpuOperation } from '../operation.js';
import { eachTap, outputPixels, slidingWindow } from '../sliding-window.js';
import { biasGradient, rowsOfBias } from './bias.js';

/**
 * Convolution of x [n, h, w, in] with kernel w [kh, kw, in, out] to y [n, h', w', out]:
 *
 *     y[p, o] = b[o] + sum over taps t, channels i of x[p + t, i] w[t, i, o]
 *     dx[p + t, i] += sum over o of dy[p, o] w[t, i, o]
 *     dw[t, i, o]  += x[p + t, i] dy[p, o]
 */
export const conv: CpuOperation<'conv'> = {
  forward(node, [x], { kernel, bias }, { precision }) {
    const { window, channels, outputs } = place(node, x, kernel);
    const y = rowsOfBias(bias, outputPixels(window), outputs);
    const [xs, w] = [x.values, kernel.values];
    eachTap(window, (outputPixel, inputPixel, tap) => {
      const row = outputPixel * outputs;
      for (let i = 0; i < channels; i++) {
        const value = xs[inputPixel * channels + i];
        const column = (tap * channels + i) * outputs;
        for (let o = 0; o < outputs; o++) y[row + o] += value * w[column + o];
      }
    });
    return atPrecision({ shape: [window.batch, ...window.output, outputs], values: y }, precision);
  },
  backward(node, [x], { kernel, bias }, _output, gradient, { precision }) {
    const { window, channels, outputs } = place(node, x, kernel);
    const [xs, w, dy] = [x.values, kernel.values, gradient.values];
    const dx = new Float64Array(xs.length);
    const dw = new Float64Array(w.length);
    eachTap(window, (outputPixel, inputPixel, tap) => {
      const row = outputPixel * outputs;
      for (let i = 0; i < channels; i++) {
        const value = xs[inputPixel * channels + i];
        const column = (tap * channels + i) * outputs;
        let sum = 0;
        for (let o = 0; o < outputs; o++) {
          sum += dy[row + o] * w[column + o];
          dw[column + o] += value * dy[row + o];
        }
        dx[inputPixel * channels + i] += sum;
      }
    });
    return {
      inputs: [atPrecision({ shape: x.shape, values: dx }, precision)],
      weights: {
        kernel: atPrecision({ shape: kernel.shape, values: dw }, precision),
        ...biasGradient(bias, gradient, precision),
      },
    };
  },
};

function place({ attributes }: NodeOf<'conv'>, x: CpuTensor, { shape }: CpuTensor) {
  const [height, width, channels, outputs] = shape;
  return { window: slidingWindow(attributes, x, [height, width], attributes.dilation), channels, outputs };
}
