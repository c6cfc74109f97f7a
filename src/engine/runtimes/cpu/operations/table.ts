import type { GraphNode, OperationKind } from '../../../graph/node.js';
import type { CpuTensor } from '../array.js';
import type { Context, CpuOperation } from '../operation.js';
import { add } from './add.js';
import { averagePool } from './average-pool.js';
import { batchNorm } from './batch-norm.js';
import { conv } from './conv.js';
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

/** Every operation of this runtime; one that lacks here is a compile error. */
const operations: { readonly [Kind in OperationKind]: CpuOperation<Kind> } = {
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

type WeightsByRole = Readonly<Record<string, CpuTensor>>;

/** Any node's output. */
export function forwardNode(
  node: GraphNode,
  inputs: readonly CpuTensor[],
  weights: WeightsByRole,
  context: Context,
): CpuTensor {
  return operationOf(node).forward(node, inputs, weights, context);
}

/** Any node's gradients: one for each input, and by role for each weight that can be learned. */
export function backwardNode(
  node: GraphNode,
  inputs: readonly CpuTensor[],
  weights: WeightsByRole,
  output: CpuTensor,
  gradient: CpuTensor,
  context: Context,
): { readonly inputs: readonly CpuTensor[]; readonly weights: Partial<WeightsByRole> } {
  return operationOf(node).backward(node, inputs, weights, output, gradient, context);
}

function operationOf(node: GraphNode): CpuOperation<OperationKind> {
  // The table pairs each kind with its own operation; the compiler cannot follow the pair through a union.
  return operations[node.op] as CpuOperation<OperationKind>;
}
