import { noCost, type OperationDefinition } from './definition.js';
import { oneMap } from './expect.js';

export const globalAveragePool: OperationDefinition<'global-average-pool'> = {
  shape: (node, inputs) => [oneMap(node, inputs).channels],
  cost: noCost,
};
