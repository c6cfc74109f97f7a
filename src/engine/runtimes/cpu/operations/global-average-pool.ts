import { atPrecision, zeros } from '../array.js';
import type { CpuOperation } from '../operation.js';

/** y[n, c] = mean over the pixels of x [n, h, w, c]; dx = dy / (h w) at every pixel. */
export const globalAveragePool: CpuOperation<'global-average-pool'> = {
  forward(_node, [x], _weights, { precision }) {
    const [batch, height, width, channels] = x.shape;
    const pixels = height * width;
    const y = new Float64Array(batch * channels);
    for (let p = 0; p < batch * pixels; p++) {
      const row = Math.floor(p / pixels) * channels;
      for (let c = 0; c < channels; c++) y[row + c] += x.values[p * channels + c] / pixels;
    }
    return atPrecision({ shape: [batch, channels], values: y }, precision);
  },
  backward(_node, [x], _weights, _output, { values: dy }, { precision }) {
    const [batch, height, width, channels] = x.shape;
    const pixels = height * width;
    const dx = zeros(x.values.length, precision);
    for (let p = 0; p < batch * pixels; p++) {
      const row = Math.floor(p / pixels) * channels;
      for (let c = 0; c < channels; c++) dx[p * channels + c] = dy[row + c] / pixels;
    }
    return { inputs: [{ shape: x.shape, values: dx }], weights: {} };
  },
};
