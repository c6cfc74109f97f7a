import type { Network } from '../graph/network.js';
import type { GraphNode } from '../graph/node.js';
import { sizeOf, type Tensor } from '../graph/weights.js';
import { Random } from '../../shared/random.js';
import { cpuRuntime } from './cpu/runtime.js';
import type { Runtime } from './runtime.js';

/** Largest allowed difference to the plain reference, relative to the largest value: float32 rounding. */
export const selfTestTolerance = 1e-4;

/**
 * Runs a small network with every operation of our networks (stride 2 on an odd and an even side, kernels 3
 * and 5, a residual, values above 6) on a runtime and on the plain reference. Returns the largest difference
 * relative to the largest value.
 */
export async function selfTest(runtime: Runtime): Promise<number> {
  const network = testNetwork();
  const batch = 3;
  const random = Random.stream(7, 'self-test pixels');
  const pixels = Uint8Array.from({ length: batch * side * side * 3 }, () => random.below(256));
  const [actual, expected] = [
    await answer(runtime, network, pixels, batch),
    await answer(cpuRuntime(), network, pixels, batch),
  ];
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const differences = expected.map((value, i) => Math.abs(value - actual[i]));
  return (
    differences.reduce((most, value) => (value > most || Number.isNaN(value) ? value : most), 0) / largest
  );
}

async function answer(
  runtime: Runtime,
  network: Network,
  pixels: Uint8Array,
  batch: number,
): Promise<Float32Array> {
  const program = await runtime.forward(network);
  try {
    return await program.run(pixels, batch);
  } finally {
    await program.close();
  }
}

/** 30 px: stride 2 meets even (30), odd (15) and even (8) sides. */
const side = 30;

function testNetwork(): Network {
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
        gamma: tensor(`${name}/gamma`, [channels], -2, 4),
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
    attributes: { shape: [side, side, 3] },
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
  const last = relu6('last', normal('last-norm', conv('last-conv', sum, [1, 1, 16, 24], 1), 24));
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
