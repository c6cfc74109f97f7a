import type { OperationDefinition } from './definition.js';
import { convolutionShape, kernelCost } from './kernel.js';

export const depthwise: OperationDefinition<'depthwise'> = {
  shape(node, inputs, weights) {
    const [, , channels, multiplier] = weights.kernel;
    return convolutionShape(node, inputs, weights, channels * multiplier);
  },
  cost: (_node, _inputs, [height, width], weights) => kernelCost(weights, height * width),
};
