import type { NodeOf, OperationKind } from '../node.js';
import { noCost, type OperationDefinition, type Shape } from './definition.js';
import { oneInput } from './expect.js';

/** An operation with one input, whose output has the input's shape, and without weights. */
export const sameShape = {
  shape: (node: NodeOf<OperationKind>, inputs: readonly Shape[]): Shape => oneInput(node, inputs),
  cost: noCost,
} satisfies OperationDefinition<OperationKind>;
