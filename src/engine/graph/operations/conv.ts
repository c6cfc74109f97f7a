import type { OperationDefinition } from './definition.js';
import { convolutionShape, kernelCost } from './kernel.js';

export const conv: OperationDefinition<'conv'> = {
  shape: (node, inputs, weights) => convolutionShape(node, inputs, weights, weights.kernel[3]),
  cost: (_node, _inputs, [height, width], weights) => kernelCost(weights, height * width),
};
