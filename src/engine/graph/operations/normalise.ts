import { noCost, type OperationDefinition } from './definition.js';
import { expectShape, oneInput } from './expect.js';

export const normalise: OperationDefinition<'normalise'> = {
  shape(node, inputs) {
    const shape = oneInput(node, inputs);
    const channels = shape.slice(-1);
    expectShape(node, 'scale', [node.attributes.scale.length], channels);
    expectShape(node, 'offset', [node.attributes.offset.length], channels);
    return shape;
  },
  cost: noCost,
};
