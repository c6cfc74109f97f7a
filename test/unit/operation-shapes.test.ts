import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { GraphNode, Pair, Padding } from '../../src/engine/graph/node.js';
import { costOf, outputShape, type ShapesByRole } from '../../src/engine/graph/operations/table.js';
import type { Shape } from '../../src/engine/graph/operations/definition.js';

const place = { name: 'here', inputs: ['before'] } as const;
const none = { attributes: {}, weights: {} } as const;
const relu: GraphNode = { ...place, op: 'relu', ...none };
const add: GraphNode = { ...place, op: 'add', ...none };
const multiply: GraphNode = { ...place, op: 'multiply', ...none };
const dense: GraphNode = { ...place, op: 'dense', attributes: {}, weights: { kernel: 'k', bias: 'b' } };
const batchNorm: GraphNode = {
  ...place,
  op: 'batch-norm',
  attributes: { epsilon: 0.001 },
  weights: { gamma: 'g', beta: 'b', mean: 'm', variance: 'v' },
};

interface Refusal {
  readonly name: string;
  readonly node: GraphNode;
  readonly inputs: readonly Shape[];
  readonly weights?: ShapesByRole;
  readonly message: string;
}

const refusals: readonly Refusal[] = [
  {
    name: 'no input',
    node: relu,
    inputs: [],
    message: 'here (relu): needs 1 input(s), has 0',
  },
  {
    name: 'one input where two are needed',
    node: add,
    inputs: [[4, 4, 3]],
    message: 'here (add): needs 2 input(s), has 1',
  },
  {
    name: 'an input to the input',
    node: { ...place, op: 'input', attributes: { shape: [4, 4, 3] }, weights: {} },
    inputs: [[4, 4, 3]],
    message: 'here (input): needs 0 input(s), has 1',
  },
  {
    name: 'a sum of different shapes',
    node: add,
    inputs: [
      [4, 4, 3],
      [4, 4, 2],
    ],
    message: 'here (add): inputs differ: [4, 4, 3] and [4, 4, 2]',
  },
  {
    name: 'a product of a map and a vector with other channels',
    node: multiply,
    inputs: [[4, 4, 3], [2]],
    message: 'here (multiply): needs two equal shapes or a map and a vector, has [4, 4, 3] and [2]',
  },
  {
    name: 'a convolution of a vector',
    node: conv([1, 1], 'same'),
    inputs: [[3]],
    weights: { kernel: [3, 3, 3, 8] },
    message: 'here (conv): needs a map [height, width, channels], has [3]',
  },
  {
    name: 'a kernel with three axes',
    node: conv([1, 1], 'same'),
    inputs: [[4, 4, 3]],
    weights: { kernel: [3, 3, 3] },
    message: 'here (conv): kernel must have 4 axes, is [3, 3, 3]',
  },
  {
    name: 'a kernel for another count of channels',
    node: conv([1, 1], 'same'),
    inputs: [[4, 4, 4]],
    weights: { kernel: [3, 3, 3, 8] },
    message: 'here (conv): kernel is for 3 channels, the input has 4',
  },
  {
    name: 'a bias for another count of channels',
    node: depthwise(),
    inputs: [[4, 4, 3]],
    weights: { kernel: [3, 3, 3, 2], bias: [3] },
    message: 'here (depthwise): bias must be [6], is [3]',
  },
  {
    name: 'a kernel larger than the padded input',
    node: conv([1, 1], { top: 0, bottom: 1, left: 1, right: 1 }),
    inputs: [[3, 3, 3]],
    weights: { kernel: [5, 5, 3, 8] },
    message: 'here (conv): window 5 x 5 is larger than the input 3 x 3 with its padding',
  },
  {
    name: 'a pool whose window could lie in the padding',
    node: {
      ...place,
      op: 'average-pool',
      attributes: { size: [2, 2], stride: [2, 2], padding: { top: 2, bottom: 0, left: 0, right: 0 } },
      weights: {},
    },
    inputs: [[4, 4, 3]],
    message: 'here (average-pool): padding must be smaller than the window 2 x 2',
  },
  {
    name: 'a pool larger than its input',
    node: {
      ...place,
      op: 'max-pool',
      attributes: { size: [5, 5], stride: [1, 1], padding: 'valid' },
      weights: {},
    },
    inputs: [[4, 4, 3]],
    message: 'here (max-pool): window 5 x 5 is larger than the input 4 x 4 with its padding',
  },
  {
    name: 'a dense layer on a map',
    node: dense,
    inputs: [[4, 4, 3]],
    weights: { kernel: [48, 10] },
    message: 'here (dense): needs a vector [features], has [4, 4, 3]',
  },
  {
    name: 'a dense kernel for another count of features',
    node: dense,
    inputs: [[12]],
    weights: { kernel: [10, 5], bias: [5] },
    message: 'here (dense): kernel is for 10 features, the input has 12',
  },
  {
    name: 'a batch norm with statistics of another length',
    node: batchNorm,
    inputs: [[4, 4, 3]],
    weights: { gamma: [3], beta: [3], mean: [3], variance: [4] },
    message: 'here (batch-norm): variance must be [3], is [4]',
  },
  {
    name: 'a normalisation of another count of channels',
    node: { ...place, op: 'normalise', attributes: { scale: [1, 1, 1], offset: [0, 0] }, weights: {} },
    inputs: [[4, 4, 3]],
    message: 'here (normalise): offset must be [3], is [2]',
  },
];

for (const { name, node, inputs, weights = {}, message } of refusals) {
  test(`shape: refuses ${name}`, () => {
    assert.throws(() => outputShape(node, inputs, weights), new Error(message));
  });
}

// lite0's first layers at 224 pixels, its head, and an inner norm; multiply-adds = output pixels x kernel values.
const costs = [
  {
    name: 'a convolution',
    node: conv([2, 2], 'same'),
    input: [224, 224, 3],
    weights: { kernel: [3, 3, 3, 32] },
    cost: { multiplyAdds: 112 * 112 * 864, parameters: 864 },
  },
  {
    name: 'a depthwise convolution with bias',
    node: depthwise(),
    input: [112, 112, 32],
    weights: { kernel: [3, 3, 32, 1], bias: [32] },
    cost: { multiplyAdds: 112 * 112 * 288, parameters: 320 },
  },
  {
    name: 'a dense layer with bias',
    node: dense,
    input: [1280],
    weights: { kernel: [1280, 1000], bias: [1000] },
    cost: { multiplyAdds: 1_280_000, parameters: 1_281_000 },
  },
  {
    name: 'a batch norm, which learns gamma and beta',
    node: batchNorm,
    input: [7, 7, 16],
    weights: { gamma: [16], beta: [16], mean: [16], variance: [16] },
    cost: { multiplyAdds: 0, parameters: 32 },
  },
  {
    name: 'an operation without weights',
    node: relu,
    input: [7, 7, 16],
    weights: {},
    cost: { multiplyAdds: 0, parameters: 0 },
  },
] as const;

for (const { name, node, input, weights, cost } of costs) {
  test(`cost: ${name}`, () => {
    const output = outputShape(node, [input], weights);
    assert.deepEqual(costOf(node, [input], output, weights), cost);
  });
}

function conv(stride: Pair, padding: Padding): GraphNode {
  const weights = { kernel: 'k' };
  return { ...place, op: 'conv', attributes: { stride, padding, dilation: [1, 1] }, weights };
}

function depthwise(): GraphNode {
  const weights = { kernel: 'k', bias: 'b' };
  const attributes = { stride: [1, 1], padding: 'same', dilation: [1, 1] } as const;
  return { ...place, op: 'depthwise', attributes, weights };
}
