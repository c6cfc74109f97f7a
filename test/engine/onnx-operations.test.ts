import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Network } from '../../src/engine/graph/network.js';
import type { GraphNode } from '../../src/engine/graph/node.js';
import { forward } from '../../src/engine/runtimes/cpu/run.js';
import { onnxModel } from '../../src/engine/runtimes/onnx/model.js';
import { emitters } from '../../src/engine/runtimes/onnx/operations/table.js';
import { onnxRuntime } from '../../src/engine/runtimes/onnx/runtime.js';
import { Random } from '../../src/shared/random.js';
import { assertClose, tensorNamed } from '../reference/operations/close.js';
import {
  referenceNumbers,
  type OperationCase,
  type ReferenceTensor,
} from '../reference/operations/numbers.js';
import { graphOf } from '../support/small-network.js';

// float32 sums of at most 75 terms in another order, and approximate exponentials: 1e-6 of the largest was measured.
const tolerance = 1e-5;
const noNotes = { producerVersion: '', description: '', metadata: {} };

/** What is fed to one input node: pictures [n, h, w, 3] as bytes, all else as floats. */
interface Fed {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Uint8Array | Float32Array;
}

interface OneOperation {
  readonly network: Network;
  readonly fed: readonly Fed[];
}

// The input operation itself is in every other case; alone it would be an output that bears an input's name.
for (const reference of referenceNumbers.operations.filter(({ node }) => node.op !== 'input')) {
  test(`${reference.name}: ONNX Runtime equals the plain reference`, async () => {
    const one = oneOperation(reference);
    const actual = await throughOnnx(one);
    assertClose(actual, throughCpu(one), tolerance, reference.node.op);
  });
}

test('every operation has a case', () => {
  const tested = new Set(referenceNumbers.operations.map(({ node }) => node.op));
  assert.deepEqual([...tested].sort(), Object.keys(emitters).sort());
});

test('a network with every operation equals the plain reference on pictures', async () => {
  const { nodes, weights } = referenceNumbers.network;
  const random = Random.stream(1, 'pixels');
  const shape = [3, 9, 8, 3];
  const values = Uint8Array.from({ length: 3 * 9 * 8 * 3 }, () => random.below(256));
  const one = {
    network: { graph: graphOf(nodes, { outputs: ['logits'] }), weights: float32(weights) },
    fed: [{ name: 'picture', shape, values }],
  };
  assertClose(await throughOnnx(one), throughCpu(one), tolerance, 'logits');
});

test('equal networks give equal bytes', () => {
  const { network } = oneOperation(referenceNumbers.operations[0]);
  assert.deepEqual(onnxModel(network, noNotes), onnxModel(structuredClone(network), noNotes));
});

test('bytes that are not the promised number of pictures are refused', async (t) => {
  const { nodes, weights } = referenceNumbers.network;
  const graph = graphOf(nodes, { outputs: ['logits'] });
  const program = await (await onnxRuntime(1)).forward({ graph, weights: float32(weights) });
  t.after(() => program.close());
  await assert.rejects(program.run(new Uint8Array(9 * 8 * 3 + 1), 1), /are not 1 pictures of 9 x 8 x 3/);
});

function oneOperation({ node, inputs, weights }: OperationCase): OneOperation {
  const feeds = node.inputs.map((name, i) => feed(name, inputs[i]));
  return {
    network: {
      graph: graphOf([...feeds.flatMap(({ nodes }) => nodes), renamed(node)]),
      weights: float32(weights),
    },
    fed: feeds.map(({ fed }) => fed),
  };
}

/**
 * An input node, and after it a node that bears the name which the operation reads. Pictures are bytes p; their
 * node makes p / 16 - 8 of them, so that both signs and values above 6 reach the operation; exact in float32.
 */
function feed(name: string, { shape, values }: ReferenceTensor): { nodes: GraphNode[]; fed: Fed } {
  const fedName = `${name} as fed`;
  const sides = shape.slice(1);
  const input: GraphNode = {
    name: fedName,
    op: 'input',
    inputs: [],
    attributes: { shape: sides },
    weights: {},
  };
  if (shape.length !== 4 || shape[3] !== 3) {
    const pass: GraphNode = {
      name,
      op: 'dropout',
      inputs: [fedName],
      attributes: { rate: 0 },
      weights: {},
    };
    return { nodes: [input, pass], fed: { name: fedName, shape, values: Float32Array.from(values) } };
  }
  const attributes = { scale: [1 / 16, 1 / 16, 1 / 16], offset: [-8, -8, -8] };
  const normalise: GraphNode = { name, op: 'normalise', inputs: [fedName], attributes, weights: {} };
  const bytes = Uint8Array.from(values, (value) =>
    Math.min(255, Math.max(0, Math.round((4 * value + 8) * 16))),
  );
  return { nodes: [input, normalise], fed: { name: fedName, shape, values: bytes } };
}

/** Not the name of a role, which weights already bear. */
function renamed(node: GraphNode): GraphNode {
  return { ...node, name: 'answer' };
}

function float32(weights: Readonly<Record<string, ReferenceTensor>>): Network['weights'] {
  return new Map(
    Object.entries(weights).map(([name, { shape, values }]) => [
      name,
      { shape, values: Float32Array.from(values) },
    ]),
  );
}

function throughCpu({ network: { graph, weights }, fed }: OneOperation): ReferenceTensor {
  const inputs = new Map(
    fed.map(({ name, shape, values }) => [name, { shape, values: Float32Array.from(values) }]),
  );
  const keep = graph.outputs;
  const output = tensorNamed(forward(graph, weights, inputs, { precision: 'float32', keep }), keep[0]);
  return { shape: output.shape, values: [...output.values] };
}

async function throughOnnx({ network, fed }: OneOperation) {
  const session = await InferenceSession.create(onnxModel(network, noNotes), { executionProviders: ['cpu'] });
  const feeds = Object.fromEntries(fed.map(({ name, shape, values }) => [name, ortTensor(values, shape)]));
  try {
    const result = await session.run(feeds);
    const { dims, data } = result[network.graph.outputs[0]];
    assert.ok(data instanceof Float32Array);
    return { shape: dims, values: data };
  } finally {
    await session.release();
  }
}

function ortTensor(values: Uint8Array | Float32Array, shape: readonly number[]): Tensor {
  return values instanceof Uint8Array
    ? new Tensor('uint8', values, shape)
    : new Tensor('float32', values, shape);
}
