import { channelsOf, zeros } from '../array.js';
import type { CpuOperation } from '../operation.js';

/** y[.., c] = x[.., c] scale[c] + offset[c]; dx = scale[c] dy. Any shape; c is the last axis. */
export const normalise: CpuOperation<'normalise'> = {
  forward(node, [x], _weights, { precision }) {
    const { scale, offset } = node.attributes;
    const channels = channelsOf(x);
    const y = zeros(x.values.length, precision);
    for (let row = 0; row < y.length; row += channels) {
      for (let c = 0; c < channels; c++) y[row + c] = x.values[row + c] * scale[c] + offset[c];
    }
    return { shape: x.shape, values: y };
  },
  backward(node, [x], _weights, _output, gradient, { precision }) {
    const { scale } = node.attributes;
    const channels = channelsOf(x);
    const dx = zeros(x.values.length, precision);
    for (let row = 0; row < dx.length; row += channels) {
      for (let c = 0; c < channels; c++) dx[row + c] = gradient.values[row + c] * scale[c];
    }
    return { inputs: [{ shape: x.shape, values: dx }], weights: {} };
  },
};
