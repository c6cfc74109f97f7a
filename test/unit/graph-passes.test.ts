import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { nodeNamed, readersOf, usedWeights } from '../../src/engine/graph/network.js';
import { attachHead } from '../../src/engine/graph/passes/attach-head.js';
import { resizeInput } from '../../src/engine/graph/passes/resize-input.js';
import { prefixUpTo } from '../../src/engine/graph/passes/split-at.js';
import { networkCost, shapesOf } from '../../src/engine/graph/shapes.js';
import { networkWithNorms } from '../support/small-network.js';

const plain = { attributes: {}, weights: {} } as const;
const network = networkWithNorms([
  { name: 'side', op: 'relu', inputs: ['relu'], ...plain },
  { name: 'probabilities', op: 'softmax', inputs: ['logits-norm'], ...plain },
]);
const head = {
  kernel: { shape: [8, 2], values: new Float32Array(16) },
  bias: { shape: [2], values: new Float32Array(2) },
};
const atPool = {
  ...network,
  graph: { ...network.graph, cuts: { small: 'pool', medium: 'relu', large: 'image' } },
};

describe('prefixUpTo', () => {
  const { graph, weights } = prefixUpTo(network, 'wide');

  test('keeps the node and what it needs, in order', () => {
    assert.deepEqual(
      graph.nodes.map(({ name }) => name),
      ['image', 'stem', 'stem-norm', 'relu', 'wide'],
    );
  });

  test('has the node as its only output and at each cut', () => {
    assert.deepEqual(graph.outputs, ['wide']);
    assert.deepEqual(graph.cuts, { small: 'wide', medium: 'wide', large: 'wide' });
  });

  test('keeps the weights that are still named, and no others', () => {
    assert.deepEqual([...weights.keys()].sort(), [
      'stem-norm/beta',
      'stem-norm/gamma',
      'stem-norm/mean',
      'stem-norm/variance',
      'stem/kernel',
      'wide/kernel',
    ]);
  });

  test('takes gone nodes out of the blocks, and empty blocks with them', () => {
    const blocks = [
      { name: 'first', nodes: ['image', 'stem', 'stem-norm', 'relu', 'side'] },
      { name: 'second', nodes: ['wide', 'wide-norm'] },
      { name: 'third', nodes: ['pool', 'logits', 'logits-norm', 'probabilities'] },
    ];
    const prefix = prefixUpTo({ ...network, graph: { ...network.graph, blocks } }, 'wide');
    assert.deepEqual(prefix.graph.blocks, [
      { name: 'first', nodes: ['image', 'stem', 'stem-norm', 'relu'] },
      { name: 'second', nodes: ['wide'] },
    ]);
  });

  test('leaves the network that it was given', () => {
    const before = structuredClone(network);
    prefixUpTo(network, 'pool');
    assert.deepEqual(network, before);
  });

  test('of a node that is not there is a bug', () => {
    assert.throws(() => prefixUpTo(network, 'no'), new Error('graph small has no node no'));
  });
});

describe('attachHead', () => {
  const { graph, weights } = attachHead(atPool, head);

  test('puts the new head where the pooled features are', () => {
    assert.deepEqual(
      graph.nodes.slice(-3).map(({ name, op, inputs }) => ({ name, op, inputs })),
      [
        { name: 'pool', op: 'global-average-pool', inputs: ['wide-norm'] },
        { name: 'head-logits', op: 'dense', inputs: ['pool'] },
        { name: 'probabilities', op: 'softmax', inputs: ['head-logits'] },
      ],
    );
  });

  test('has one output, the probabilities of the new classes', () => {
    assert.deepEqual(graph.outputs, ['probabilities']);
    assert.deepEqual(shapesOf({ graph, weights }).get('probabilities'), [2]);
  });

  test('brings the weights of the head and drops those of the former one', () => {
    assert.equal(weights.get('head-logits/kernel'), head.kernel);
    assert.equal(weights.get('head-logits/bias'), head.bias);
    assert.equal(weights.has('logits/kernel'), false);
  });

  test('keeps the cuts, and every node in one block', () => {
    assert.deepEqual(graph.cuts, atPool.graph.cuts);
    assert.deepEqual(
      graph.blocks.flatMap(({ nodes }) => nodes),
      graph.nodes.map(({ name }) => name),
    );
  });
});

describe('resizeInput', () => {
  test('makes the picture square of that size, and the maps after it follow', () => {
    const shapes = shapesOf(resizeInput(network, 16));
    assert.deepEqual(shapes.get('image'), [16, 16, 3]);
    assert.deepEqual(shapes.get('stem'), [8, 8, 4]);
    assert.deepEqual(shapes.get('wide'), [4, 4, 8]);
    assert.deepEqual(shapes.get('pool'), [8]);
  });

  test('leaves an input that is a vector', () => {
    const nodes = [{ name: 'x', op: 'input', inputs: [], attributes: { shape: [7] }, weights: {} }] as const;
    const { graph } = resizeInput({ ...network, graph: { ...network.graph, nodes } }, 16);
    assert.deepEqual(graph.nodes, nodes);
  });
});

test('the cost of a network is that of its kernels at every place, statistics not counted', () => {
  // stem: 4 x 5 places of 3 * 3 * 3 * 4 = 108; wide: 2 x 3 places of 3 * 3 * 4 * 2 = 72; logits: 8 * 5 = 40.
  // Parameters: 108 + 72 + 40 + 5 (bias) + gamma and beta of 4 + 8 + 5 channels.
  assert.deepEqual(networkCost(network), { multiplyAdds: 20 * 108 + 6 * 72 + 40, parameters: 225 + 34 });
});

test('a node that two others and an output read has three readers', () => {
  const graph = { ...network.graph, outputs: ['relu'] };
  assert.equal(readersOf(graph).get('relu'), 3);
  assert.equal(readersOf(graph).get('probabilities'), undefined);
});

test('usedWeights drops a tensor that no node names', () => {
  const weights = new Map([...network.weights, ['surplus', head.bias]]);
  assert.deepEqual(
    [...usedWeights({ ...network, weights }).keys()].sort(),
    [...network.weights.keys()].sort(),
  );
});

test('a node is found by its name', () => {
  assert.equal(nodeNamed(network.graph, 'wide').op, 'depthwise');
});
