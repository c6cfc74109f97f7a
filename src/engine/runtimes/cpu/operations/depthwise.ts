import type { NodeOf } from '../../../graph/node.js';
import { atPrecision, type CpuTensor } from '../array.js';
import type { CpuOperation } from '../operation.js';
import { eachTap, outputPixels, slidingWindow } from '../sliding-window.js';
import { biasGradient, rowsOfBias } from './bias.js';

/**
 * Each channel of x [n, h, w, c] by itself with its m kernels, w [kh, kw, c, m], to y [n, h', w', c m]:
 *
 *     y[p, i m + j] = b[i m + j] + sum over taps t of x[p + t, i] w[t, i, j]
 *     dx[p + t, i] += sum over j of dy[p, i m + j] w[t, i, j]
 *     dw[t, i, j]  += x[p + t, i] dy[p, i m + j]
 */
export const depthwise: CpuOperation<'depthwise'> = {
  forward(node, [x], { kernel, bias }, { precision }) {
    const { window, channels, multiplier, outputs } = place(node, x, kernel);
    const y = rowsOfBias(bias, outputPixels(window), outputs);
    const [xs, w] = [x.values, kernel.values];
    eachTap(window, (outputPixel, inputPixel, tap) => {
      const [to, from, column] = [outputPixel * outputs, inputPixel * channels, tap * outputs];
      for (let i = 0, o = 0; i < channels; i++) {
        for (let j = 0; j < multiplier; j++, o++) y[to + o] += xs[from + i] * w[column + o];
      }
    });
    return atPrecision({ shape: [window.batch, ...window.output, outputs], values: y }, precision);
  },
  backward(node, [x], { kernel, bias }, _output, gradient, { precision }) {
    const { window, channels, multiplier, outputs } = place(node, x, kernel);
    const [xs, w, dy] = [x.values, kernel.values, gradient.values];
    const dx = new Float64Array(xs.length);
    const dw = new Float64Array(w.length);
    eachTap(window, (outputPixel, inputPixel, tap) => {
      const [to, from, column] = [outputPixel * outputs, inputPixel * channels, tap * outputs];
      for (let i = 0, o = 0; i < channels; i++) {
        for (let j = 0; j < multiplier; j++, o++) {
          dx[from + i] += dy[to + o] * w[column + o];
          dw[column + o] += xs[from + i] * dy[to + o];
        }
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

function place({ attributes }: NodeOf<'depthwise'>, x: CpuTensor, { shape }: CpuTensor) {
  const [height, width, channels, multiplier] = shape;
  const window = slidingWindow(attributes, x, [height, width], attributes.dilation);
  return { window, channels, multiplier, outputs: channels * multiplier };
}
