import { sizeOf } from '../weights.js';
import { noCost, type OperationDefinition } from './definition.js';
import { oneInput } from './expect.js';

export const flatten: OperationDefinition<'flatten'> = {
  shape: (node, inputs) => [sizeOf(oneInput(node, inputs))],
  cost: noCost,
};
