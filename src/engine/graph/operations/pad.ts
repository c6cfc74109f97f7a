import { noCost, type OperationDefinition } from './definition.js';
import { oneMap } from './expect.js';

export const pad: OperationDefinition<'pad'> = {
  shape(node, inputs) {
    const { height, width, channels } = oneMap(node, inputs);
    const { top, bottom, left, right } = node.attributes.edges;
    return [top + height + bottom, left + width + right, channels];
  },
  cost: noCost,
};
