import { sizeOf } from '../weights.js';
import type { OperationDefinition } from './definition.js';
import { expectShape, oneInput } from './expect.js';

/** Counted as free: it folds into the convolution before it. Its parameters are gamma and beta. */
export const batchNorm: OperationDefinition<'batch-norm'> = {
  shape(node, inputs, { gamma, beta, mean, variance }) {
    const shape = oneInput(node, inputs);
    const channels = shape.slice(-1);
    expectShape(node, 'gamma', gamma, channels);
    expectShape(node, 'beta', beta, channels);
    expectShape(node, 'mean', mean, channels);
    expectShape(node, 'variance', variance, channels);
    return shape;
  },
  cost(_node, _inputs, _output, { gamma, beta }) {
    return { multiplyAdds: 0, parameters: sizeOf(gamma) + sizeOf(beta) };
  },
};
