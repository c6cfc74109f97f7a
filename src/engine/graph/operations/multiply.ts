import { noCost, type OperationDefinition } from './definition.js';
import { equalShapes, expectInputs, impossible, text } from './expect.js';

export const multiply: OperationDefinition<'multiply'> = {
  shape(node, inputs) {
    expectInputs(node, inputs, 2);
    const [a, b] = inputs;
    const vectorPerChannel = a.length === 3 && equalShapes(b, a.slice(-1));
    if (!equalShapes(a, b) && !vectorPerChannel) {
      impossible(node, `needs two equal shapes or a map and a vector, has ${text(a)} and ${text(b)}`);
    }
    return a;
  },
  cost: noCost,
};
