import { noCost, type OperationDefinition } from './definition.js';
import { equalShapes, expectInputs, impossible, text } from './expect.js';

export const add: OperationDefinition<'add'> = {
  shape(node, inputs) {
    expectInputs(node, inputs, 2);
    const [a, b] = inputs;
    if (!equalShapes(a, b)) impossible(node, `inputs differ: ${text(a)} and ${text(b)}`);
    return a;
  },
  cost: noCost,
};
