import { equalShapes, impossible, text } from '../../../graph/operations/expect.js';
import type { CpuOperation } from '../operation.js';

/** y = x, [batch, ...shape]: the tensor that was fed, which arrives here as the only input. */
export const input: CpuOperation<'input'> = {
  forward(node, [fed]) {
    const { shape } = node.attributes;
    if (!equalShapes(fed.shape.slice(1), shape)) {
      impossible(node, `needs [batch, ${shape.join(', ')}], was fed ${text(fed.shape)}`);
    }
    return fed;
  },
  backward: (_node, _inputs, _weights, _output, gradient) => ({ inputs: [gradient], weights: {} }),
};
