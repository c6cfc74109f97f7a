import type { GraphNode, OperationKind } from '../node.js';
import { add } from './add.js';
import { averagePool } from './average-pool.js';
import { batchNorm } from './batch-norm.js';
import { conv } from './conv.js';
import type { Cost, OperationDefinition, Shape } from './definition.js';
import { dense } from './dense.js';
import { depthwise } from './depthwise.js';
import { dropout } from './dropout.js';
import { flatten } from './flatten.js';
import { globalAveragePool } from './global-average-pool.js';
import { hardSwish } from './hard-swish.js';
import { input } from './input.js';
import { maxPool } from './max-pool.js';
import { multiply } from './multiply.js';
import { normalise } from './normalise.js';
import { pad } from './pad.js';
import { relu } from './relu.js';
import { relu6 } from './relu6.js';
import { sigmoid } from './sigmoid.js';
import { softmax } from './softmax.js';
import { swish } from './swish.js';

/** Every operation's shape and cost; one that lacks here is a compile error. */
export const operations: { readonly [Kind in OperationKind]: OperationDefinition<Kind> } = {
  input,
  normalise,
  pad,
  conv,
  depthwise,
  'batch-norm': batchNorm,
  relu,
  relu6,
  swish,
  'hard-swish': hardSwish,
  sigmoid,
  add,
  multiply,
  'global-average-pool': globalAveragePool,
  'max-pool': maxPool,
  'average-pool': averagePool,
  flatten,
  dropout,
  dense,
  softmax,
};

/** Shapes of a node's weights by role, of a node whose kind is not known. */
export type ShapesByRole = Readonly<Record<string, Shape>>;

/** The output's shape of any node; throws as `OperationDefinition.shape` does. */
export function outputShape(node: GraphNode, inputs: readonly Shape[], weights: ShapesByRole): Shape {
  return definitionOf(node).shape(node, inputs, weights);
}

/** The cost of any node. */
export function costOf(
  node: GraphNode,
  inputs: readonly Shape[],
  output: Shape,
  weights: ShapesByRole,
): Cost {
  return definitionOf(node).cost(node, inputs, output, weights);
}

function definitionOf(node: GraphNode): OperationDefinition<OperationKind> {
  // The table pairs each kind with its own definition; the compiler cannot follow the pair through a union.
  return operations[node.op] as OperationDefinition<OperationKind>;
}
