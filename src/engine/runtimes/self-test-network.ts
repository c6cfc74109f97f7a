import type { Network } from '../graph/network.js';
import type { GraphNode } from '../graph/node.js';
import { sizeOf, type Tensor } from '../graph/weights.js';
import { Random } from '../../shared/random.js';

/** Pictures in the self-test. */
export const selfTestBatch = 3;

/**
 * Height and width: stride 2 with kernel 3 meets 30 x 27 and 8 x 7, with kernel 5 it meets 15 x 14. Each is even
 * along one axis and odd along the other, so that padding put on the wrong side, or rows and columns mixed up,
 * change the answer.
 */
const sides = [30, 27] as const;

/** The same pixels each time: uint8 [batch, height, width, 3]. */
export function selfTestPixels(): Uint8Array {
  const random = Random.stream(7, 'self-test pixels');
  return Uint8Array.from({ length: selfTestBatch * sizeOf(sides) * 3 }, () => random.below(256));
}

/**
 * A small network with every operation of the networks we ship: pictures -> 5 logits. Its ReLU6 clip some values
 * at 0 and some at 6. A change here needs a new answer: see `test/reference/self-test/make.py`.
 */
export function selfTestNetwork(): Network {
  const random = Random.stream(7, 'self-test weights');
  const weights = new Map<string, Tensor>();
  const tensor = (name: string, shape: readonly number[], low: number, high: number): string => {
    const values = Float32Array.from({ length: sizeOf(shape) }, () => low + (high - low) * random.uniform());
    weights.set(name, { shape, values });
    return name;
  };
  const nodes: GraphNode[] = [];
  const add = (node: GraphNode): string => {
    nodes.push(node);
    return node.name;
  };
  const normal = (name: string, input: string, channels: number): string =>
    add({
      name,
      op: 'batch-norm',
      inputs: [input],
      attributes: { epsilon: 1e-3 },
      weights: {
        gamma: tensor(`${name}/gamma`, [channels], -4, 8),
        beta: tensor(`${name}/beta`, [channels], -1, 2),
        mean: tensor(`${name}/mean`, [channels], -1, 1),
        variance: tensor(`${name}/variance`, [channels], 0.1, 2),
      },
    });
  const relu6 = (name: string, input: string): string =>
    add({ name, op: 'relu6', inputs: [input], attributes: {}, weights: {} });
  const conv = (name: string, input: string, kernel: readonly number[], stride: number): string =>
    add({
      name,
      op: 'conv',
      inputs: [input],
      attributes: { stride: [stride, stride], padding: 'same', dilation: [1, 1] },
      weights: { kernel: tensor(`${name}/kernel`, kernel, -0.5, 0.5) },
    });
  const depthwise = (name: string, input: string, kernel: readonly number[], stride: number): string =>
    add({
      name,
      op: 'depthwise',
      inputs: [input],
      attributes: { stride: [stride, stride], padding: 'same', dilation: [1, 1] },
      weights: { kernel: tensor(`${name}/kernel`, kernel, -0.5, 0.5) },
    });

  const image = add({
    name: 'image',
    op: 'input',
    inputs: [],
    attributes: { shape: [...sides, 3] },
    weights: {},
  });
  const scale = [1 / 128, 1 / 128, 1 / 128];
  const normalised = add({
    name: 'normalise',
    op: 'normalise',
    inputs: [image],
    attributes: { scale, offset: scale.map((each) => -127 * each) },
    weights: {},
  });
  const stem = relu6('stem', normal('stem-norm', conv('stem-conv', normalised, [3, 3, 3, 16], 2), 16));
  const wide = relu6('wide', normal('wide-norm', depthwise('wide-depthwise', stem, [5, 5, 16, 1], 2), 16));
  const same = depthwise('same-depthwise', wide, [3, 3, 16, 1], 1);
  const sum = add({ name: 'sum', op: 'add', inputs: [wide, same], attributes: {}, weights: {} });
  const far = relu6('far', normal('far-norm', depthwise('far-depthwise', sum, [3, 3, 16, 1], 2), 16));
  const last = relu6('last', normal('last-norm', conv('last-conv', far, [1, 1, 16, 24], 1), 24));
  const pool = add({ name: 'pool', op: 'global-average-pool', inputs: [last], attributes: {}, weights: {} });
  const logits = add({
    name: 'logits',
    op: 'dense',
    inputs: [pool],
    attributes: {},
    weights: { kernel: tensor('logits/kernel', [24, 5], -1, 1), bias: tensor('logits/bias', [5], -1, 1) },
  });
  const blocks = [{ name: 'all', nodes: nodes.map((node) => node.name) }];
  const cuts = { small: pool, medium: sum, large: normalised };
  return { graph: { name: 'self-test', nodes, outputs: [logits], blocks, cuts }, weights };
}
