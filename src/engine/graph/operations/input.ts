import { noCost, type OperationDefinition } from './definition.js';
import { expectInputs } from './expect.js';

export const input: OperationDefinition<'input'> = {
  shape(node, inputs) {
    expectInputs(node, inputs, 0);
    return node.attributes.shape;
  },
  cost: noCost,
};
