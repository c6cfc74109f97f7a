import type { Network } from '../../src/engine/graph/network.js';
import type { Graph, GraphNode } from '../../src/engine/graph/node.js';
import { sizeOf, type Tensor, type Weights } from '../../src/engine/graph/weights.js';
import { Random } from '../../src/shared/random.js';

/** A graph whose cuts all lie at its last node and whose nodes are in one block. */
export function graphOf(nodes: readonly GraphNode[], parts: Partial<Graph> = {}): Graph {
  const last = nodes[nodes.length - 1].name;
  return {
    name: 'small',
    nodes,
    outputs: [last],
    blocks: [{ name: 'all', nodes: nodes.map((node) => node.name) }],
    cuts: { small: last, medium: last, large: last },
    ...parts,
  };
}

/** Tensors by name, uniform in [low, high). */
export function drawnWeights(
  shapes: Readonly<Record<string, readonly number[]>>,
  [low, high]: readonly [number, number] = [-1, 1],
): Weights {
  const random = Random.stream(3, 'weights of a small network');
  const draw = (): number => low + (high - low) * random.uniform();
  return new Map(
    Object.entries(shapes).map(([name, shape]): [string, Tensor] => [
      name,
      { shape, values: Float32Array.from({ length: sizeOf(shape) }, draw) },
    ]),
  );
}

/**
 * A picture [8, 9, 3] through a convolution, a depthwise convolution with two channels for one and a dense layer
 * with a bias, each followed by a batch norm; every other gamma is negative. `stem` feeds `stem-norm` alone.
 */
export function networkWithNorms(extra: readonly GraphNode[] = []): Network {
  const window = { stride: [2, 2], padding: 'same', dilation: [1, 1] } as const;
  const plain = { attributes: {}, weights: {} } as const;
  const norm = (name: string, input: string): GraphNode => ({
    name,
    op: 'batch-norm',
    inputs: [input],
    attributes: { epsilon: 1e-3 },
    weights: {
      gamma: `${name}/gamma`,
      beta: `${name}/beta`,
      mean: `${name}/mean`,
      variance: `${name}/variance`,
    },
  });
  const nodes: readonly GraphNode[] = [
    { name: 'image', op: 'input', inputs: [], attributes: { shape: [8, 9, 3] }, weights: {} },
    { name: 'stem', op: 'conv', inputs: ['image'], attributes: window, weights: { kernel: 'stem/kernel' } },
    norm('stem-norm', 'stem'),
    { name: 'relu', op: 'relu', inputs: ['stem-norm'], ...plain },
    {
      name: 'wide',
      op: 'depthwise',
      inputs: ['relu'],
      attributes: window,
      weights: { kernel: 'wide/kernel' },
    },
    norm('wide-norm', 'wide'),
    { name: 'pool', op: 'global-average-pool', inputs: ['wide-norm'], ...plain },
    {
      name: 'logits',
      op: 'dense',
      inputs: ['pool'],
      attributes: {},
      weights: { kernel: 'logits/kernel', bias: 'logits/bias' },
    },
    norm('logits-norm', 'logits'),
    ...extra,
  ];
  return { graph: graphOf(nodes, { outputs: ['logits-norm'] }), weights: weightsWithNorms() };
}

function weightsWithNorms(): Weights {
  const channels = { 'stem-norm': 4, 'wide-norm': 8, 'logits-norm': 5 };
  const kernels = drawnWeights({
    'stem/kernel': [3, 3, 3, 4],
    'wide/kernel': [3, 3, 4, 2],
    'logits/kernel': [8, 5],
    'logits/bias': [5],
  });
  const statistics = Object.entries(channels).flatMap(([name, count]) => [
    ...drawnWeights({ [`${name}/beta`]: [count], [`${name}/mean`]: [count] }),
    ...drawnWeights({ [`${name}/variance`]: [count] }, [0.05, 2]),
    [`${name}/gamma`, { shape: [count], values: alternating(count) }] as const,
  ]);
  return new Map([...kernels, ...statistics]);
}

/** 0.5, -1, 1.5, -2, ... */
function alternating(count: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => ((i + 1) / 2) * (i % 2 === 0 ? 1 : -1));
}
