import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Network } from '../../src/engine/graph/network.js';
import { foldBatchNorm } from '../../src/engine/graph/passes/fold-batch-norm.js';
import { forward } from '../../src/engine/runtimes/cpu/run.js';
import { Random } from '../../src/shared/random.js';
import { assertClose, tensorNamed } from '../reference/operations/close.js';
import { networkWithNorms } from '../support/small-network.js';

const random = Random.stream(5, 'pictures');
const pictures = {
  shape: [2, 8, 9, 3],
  values: Float64Array.from({ length: 2 * 8 * 9 * 3 }, () => 2 * random.uniform() - 1),
};
const plain = { attributes: {}, weights: {} } as const;
const network = networkWithNorms();

function answer({ graph, weights }: Network, output: string) {
  const values = forward(graph, weights, new Map([['image', pictures]]), {
    precision: 'float64',
    keep: [output],
  });
  const { shape, values: numbers } = tensorNamed(values, output);
  return { shape, values: [...numbers] };
}

function operations({ graph }: Network): readonly string[] {
  return graph.nodes.map(({ name, op }) => `${name}: ${op}`);
}

// The folded kernels are rounded to float32 once (6e-8 of each weight); all else runs in float64.
const tolerance = 1e-6;

describe('folding batch norms', () => {
  for (const output of ['stem-norm', 'wide-norm', 'logits-norm']) {
    test(`leaves what ${output} answers, with negative gammas`, () => {
      const folded = forward(
        foldBatchNorm(network).graph,
        foldBatchNorm(network).weights,
        new Map([['image', pictures]]),
        { precision: 'float64', keep: [output] },
      );
      assertClose(tensorNamed(folded, output), answer(network, output), tolerance, output);
    });
  }

  test('puts each layer in the place and under the name of its batch norm', () => {
    assert.deepEqual(operations(foldBatchNorm(network)), [
      'image: input',
      'stem-norm: conv',
      'relu: relu',
      'wide-norm: depthwise',
      'pool: global-average-pool',
      'logits-norm: dense',
    ]);
  });

  test('keeps every node in one block', () => {
    const { graph } = foldBatchNorm(network);
    assert.deepEqual(
      graph.blocks.flatMap(({ nodes }) => nodes),
      graph.nodes.map(({ name }) => name),
    );
  });

  test('leaves a batch norm whose convolution feeds another reader too', () => {
    const twice = networkWithNorms([{ name: 'side', op: 'relu', inputs: ['stem'], ...plain }]);
    const folded = foldBatchNorm(twice);
    assert.ok(operations(folded).includes('stem: conv'));
    assert.ok(operations(folded).includes('stem-norm: batch-norm'));
    const expected = answer(twice, 'side');
    assertClose(
      { ...expected, values: Float64Array.from(answer(folded, 'side').values) },
      expected,
      0,
      'side',
    );
  });

  test('leaves a batch norm whose convolution is an output', () => {
    const graph = { ...network.graph, outputs: ['stem', 'logits-norm'] };
    assert.ok(operations(foldBatchNorm({ ...network, graph })).includes('stem-norm: batch-norm'));
  });

  test('leaves a batch norm that follows no layer with a kernel', () => {
    const { graph, weights } = network;
    const nodes = graph.nodes.map((node) =>
      node.name === 'logits-norm' ? { ...node, inputs: ['logits'] } : node,
    );
    const withRelu = nodes.flatMap((node) =>
      node.name === 'logits-norm'
        ? [
            { name: 'between', op: 'relu', inputs: ['logits'], ...plain } as const,
            { ...node, inputs: ['between'] },
          ]
        : [node],
    );
    const folded = foldBatchNorm({ graph: { ...graph, nodes: withRelu }, weights });
    assert.ok(operations(folded).includes('logits-norm: batch-norm'));
  });

  test('leaves the network that it was given', () => {
    const before = structuredClone(network);
    foldBatchNorm(network);
    assert.deepEqual(network, before);
  });

  test('of a kernel of one weight: gamma 2, beta 1, mean 3, variance 4 - epsilon', () => {
    // s = 2 / sqrt(4) = 1; W' = 5 * 1; b' = (7 - 3) * 1 + 1
    const one = (value: number) => ({ shape: [1], values: Float32Array.of(value) });
    const nodes = [
      { name: 'x', op: 'input', inputs: [], attributes: { shape: [1] }, weights: {} },
      { name: 'y', op: 'dense', inputs: ['x'], attributes: {}, weights: { kernel: 'k', bias: 'c' } },
      {
        name: 'z',
        op: 'batch-norm',
        inputs: ['y'],
        attributes: { epsilon: 0.5 },
        weights: { gamma: 'g', beta: 'b', mean: 'm', variance: 'v' },
      },
    ] as const;
    const kernel = { shape: [1, 1], values: Float32Array.of(5) };
    const weights = new Map([
      ['k', kernel],
      ['c', one(7)],
      ['g', one(2)],
      ['b', one(1)],
      ['m', one(3)],
      ['v', one(3.5)],
    ]);
    const folded = foldBatchNorm({ graph: { ...network.graph, nodes, outputs: ['z'] }, weights });
    assert.deepEqual(folded.weights.get('z/kernel'), kernel);
    assert.deepEqual(folded.weights.get('z/bias'), one(5));
  });
});
