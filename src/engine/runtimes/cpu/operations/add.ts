import { zeros } from '../array.js';
import type { CpuOperation } from '../operation.js';

/** y = a + b, one shape; da = db = dy. */
export const add: CpuOperation<'add'> = {
  forward(_node, [a, b], _weights, { precision }) {
    const y = zeros(a.values.length, precision);
    for (let i = 0; i < y.length; i++) y[i] = a.values[i] + b.values[i];
    return { shape: a.shape, values: y };
  },
  backward: (_node, _inputs, _weights, _output, gradient) => ({ inputs: [gradient, gradient], weights: {} }),
};
