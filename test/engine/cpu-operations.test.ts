import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { NodeOf } from '../../src/engine/graph/node.js';
import { outputShape } from '../../src/engine/graph/operations/table.js';
import { atPrecision, type CpuTensor, type Precision } from '../../src/engine/runtimes/cpu/array.js';
import { backwardNode, forwardNode } from '../../src/engine/runtimes/cpu/operations/table.js';
import { assertAllClose, assertClose, byPosition, tensor } from '../reference/operations/close.js';
import {
  referenceNumbers,
  type OperationCase,
  type ReferenceTensor,
} from '../reference/operations/numbers.js';

// float64: the reference has 12 digits. float32 has 24 bits (6e-8): inputs, weights and the result are each rounded
// once, sums in between are kept in float64; that makes a few times 6e-8 of the largest value.
const precisions = [
  { precision: 'float64', tolerance: 1e-9 },
  { precision: 'float32', tolerance: 1e-6 },
] as const;

for (const reference of referenceNumbers.operations) {
  test(`${reference.name}: has the shape of PyTorch's output`, () => {
    const { node, inputs, weights, output } = reference;
    const inputShapes = node.inputs.map((_, i) => inputs[i].shape.slice(1));
    assert.deepEqual(outputShape(node, inputShapes, shapesOf(weights)), output.shape.slice(1));
  });

  for (const { precision, tolerance } of precisions) {
    test(`${reference.name}: output and gradients equal PyTorch's in ${precision}`, () => {
      const { output, gradients } = run(reference, precision);
      assertClose(output, reference.output, tolerance, 'output');
      assertAllClose(byPosition(gradients.inputs), byPosition(reference.inputGradients), tolerance, 'dL/dx');
      assertAllClose(gradients.weights, reference.weightGradients, tolerance, 'dL/dw');
    });
  }
}

test('a maximum that two pixels share sends its gradient to the first alone', () => {
  const node: NodeOf<'max-pool'> = {
    name: 'node',
    op: 'max-pool',
    inputs: ['x'],
    attributes: { size: [2, 2], stride: [2, 2], padding: 'valid' },
    weights: {},
  };
  const x = tensor({ shape: [1, 2, 2, 1], values: [1, 7, 7, 7] });
  const y = tensor({ shape: [1, 1, 1, 1], values: [7] });
  const dy = tensor({ shape: [1, 1, 1, 1], values: [5] });
  const { inputs } = backwardNode(node, [x], {}, y, dy, { precision: 'float64' });
  assert.deepEqual([...inputs[0].values], [0, 5, 0, 0]);
});

test('relu6 has slope 1 inside (0, 6) and 0 at both ends', () => {
  const node: NodeOf<'relu6'> = { name: 'node', op: 'relu6', inputs: ['x'], attributes: {}, weights: {} };
  const x = tensor({ shape: [1, 5], values: [-1, 0, 3, 6, 7] });
  const y = tensor({ shape: [1, 5], values: [0, 0, 3, 6, 6] });
  const dy = tensor({ shape: [1, 5], values: [2, 2, 2, 2, 2] });
  const { inputs } = backwardNode(node, [x], {}, y, dy, { precision: 'float64' });
  assert.deepEqual([...inputs[0].values], [0, 0, 2, 0, 0]);
});

test('a dropout mask of the wrong length is refused with the node and both lengths', () => {
  const node: NodeOf<'dropout'> = {
    name: 'drop',
    op: 'dropout',
    inputs: ['x'],
    attributes: { rate: 0.5 },
    weights: {},
  };
  const x = tensor({ shape: [1, 3], values: [1, 2, 3] });
  assert.throws(
    () => forwardNode(node, [x], {}, { precision: 'float64', masks: new Map([['drop', [1, 0]]]) }),
    new Error('drop (dropout): needs 3 mask values, has 2'),
  );
});

function run({ node, mask, inputs, weights, gradient }: OperationCase, precision: Precision) {
  const at = (reference: ReferenceTensor): CpuTensor => atPrecision(tensor(reference), precision);
  const context = { precision, masks: new Map(mask ? [[node.name, mask]] : []) };
  const roles = Object.fromEntries(Object.entries(weights).map(([role, weight]) => [role, at(weight)]));
  const from = inputs.map(at);
  const output = forwardNode(node, from, roles, context);
  return { output, gradients: backwardNode(node, from, roles, output, at(gradient), context) };
}

function shapesOf(weights: Readonly<Record<string, ReferenceTensor>>) {
  return Object.fromEntries(Object.entries(weights).map(([role, { shape }]) => [role, shape]));
}
