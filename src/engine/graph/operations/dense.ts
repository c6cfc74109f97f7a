import type { OperationDefinition } from './definition.js';
import { impossible, oneInput, text } from './expect.js';
import { expectKernel, kernelCost } from './kernel.js';

export const dense: OperationDefinition<'dense'> = {
  shape(node, inputs, weights) {
    const shape = oneInput(node, inputs);
    if (shape.length !== 1) impossible(node, `needs a vector [features], has ${text(shape)}`);
    const outputs = weights.kernel[1];
    expectKernel(node, weights, { axes: 2, inputs: shape[0], outputs });
    return [outputs];
  },
  cost: (_node, _inputs, _output, weights) => kernelCost(weights, 1),
};
