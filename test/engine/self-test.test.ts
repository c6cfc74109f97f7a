import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import type { Network } from '../../src/engine/graph/network.js';
import type { GraphNode } from '../../src/engine/graph/node.js';
import { judge } from '../../src/engine/runtimes/choose.js';
import { cpuRuntime } from '../../src/engine/runtimes/cpu/runtime.js';
import { onnxRuntime } from '../../src/engine/runtimes/onnx/runtime.js';
import type { Runtime } from '../../src/engine/runtimes/runtime.js';
import { selfTestAnswer } from '../../src/engine/runtimes/self-test-answer.js';
import { selfTest } from '../../src/engine/runtimes/self-test.js';

// The tolerance in use is 1e-4; float32 rounding through four layers was measured at 3e-7. A drift towards the
// tolerance should be seen before it refuses a runtime.
const measured = 1e-5;

const largest = Math.max(...selfTestAnswer.map(Math.abs));

/** A runtime that gives these values whatever it is asked. */
function answering(values: readonly number[]): Runtime {
  const program = { run: () => Promise.resolve(Float32Array.from(values)), close: () => Promise.resolve() };
  return { name: 'cpu', threads: 1, forward: () => Promise.resolve(program) };
}

function answerWith(place: number, value: number): number[] {
  return selfTestAnswer.map((each, i) => (i === place ? value : each));
}

/** The plain reference, with one kind of node replaced by a wrong one. */
function withFault(change: (node: GraphNode) => GraphNode): Runtime {
  const { forward, ...rest } = cpuRuntime();
  const changed = ({ graph, weights }: Network): Network => ({
    graph: { ...graph, nodes: graph.nodes.map(change) },
    weights,
  });
  return { ...rest, forward: (network) => forward(changed(network)) };
}

describe('the self-test', () => {
  test('lets the plain reference pass', async (t: TestContext) => {
    const difference = await selfTest(cpuRuntime());
    t.diagnostic(`largest difference ${difference.toExponential(1)}`);
    assert.ok(difference < measured, String(difference));
    assert.equal((await judge(cpuRuntime())).state, 'ready');
  });

  test('lets ONNX Runtime pass', async (t: TestContext) => {
    const difference = await selfTest(await onnxRuntime(2));
    t.diagnostic(`largest difference ${difference.toExponential(1)}`);
    assert.ok(difference < measured, String(difference));
    assert.equal((await judge(await onnxRuntime(2))).state, 'ready');
  });

  test('has an answer for three pictures and five classes', () => {
    assert.equal(selfTestAnswer.length, 3 * 5);
  });

  test('lets values within the tolerance pass', async () => {
    const found = await judge(answering(answerWith(14, selfTestAnswer[14] + 0.9e-4 * largest)));
    assert.equal(found.state, 'ready');
  });

  test('refuses one value of fifteen that is off by 1e-3, and says by how much', async () => {
    const found = await judge(answering(answerWith(14, selfTestAnswer[14] - 1e-3 * largest)));
    assert.ok(found.state === 'refused');
    assert.ok(Math.abs(found.difference - 1e-3) < 1e-6, String(found.difference)); // float32 rounds the value
  });

  test('refuses a NaN at the first and at the last place', async () => {
    const [first, last] = [0, 14].map((place) => answering(answerWith(place, NaN)));
    assert.equal((await judge(first)).state, 'refused');
    assert.equal((await judge(last)).state, 'refused');
  });

  test('refuses too few and too many values', async () => {
    assert.equal((await judge(answering(selfTestAnswer.slice(1)))).state, 'refused');
    assert.equal((await judge(answering([...selfTestAnswer, 0]))).state, 'refused');
  });
});

// What PyTorch's answer can show and a comparison of two of our runtimes cannot: a fault before they part.
describe('a fault that all runtimes share is refused:', () => {
  test('no clip at 6', async () => {
    const found = await judge(withFault((node) => (node.op === 'relu6' ? { ...node, op: 'relu' } : node)));
    assert.equal(found.state, 'refused');
  });

  test('a batch norm without its epsilon', async () => {
    const fault = (node: GraphNode): GraphNode =>
      node.op === 'batch-norm' ? { ...node, attributes: { epsilon: 0 } } : node;
    assert.equal((await judge(withFault(fault))).state, 'refused');
  });

  // What `same` is there, the odd pixel at the top and left instead: by hand for 30 x 27, 15 x 14, 8 x 7.
  test('the odd pixel of padding at the top, kernel 3 on 30 rows', async () => {
    const edges = { top: 1, bottom: 0, left: 1, right: 1 };
    assert.equal((await judge(withFault(padded('stem-conv', edges)))).state, 'refused');
  });

  test('the odd pixel of padding at the left, kernel 5 on 14 columns', async () => {
    const edges = { top: 2, bottom: 2, left: 2, right: 1 };
    assert.equal((await judge(withFault(padded('wide-depthwise', edges)))).state, 'refused');
  });

  test('the odd pixel of padding at the top, kernel 3 on 8 rows', async () => {
    const edges = { top: 1, bottom: 0, left: 1, right: 1 };
    assert.equal((await judge(withFault(padded('far-depthwise', edges)))).state, 'refused');
  });

  test('but the same edges in the right order are not', async () => {
    const edges = { top: 0, bottom: 1, left: 1, right: 1 };
    assert.equal((await judge(withFault(padded('stem-conv', edges)))).state, 'ready');
  });
});

type PaddedNode = Extract<GraphNode, { op: 'conv' | 'depthwise' }>;

function padded(name: string, padding: PaddedNode['attributes']['padding']) {
  return (node: GraphNode): GraphNode =>
    node.name === name && (node.op === 'conv' || node.op === 'depthwise')
      ? { ...node, attributes: { ...node.attributes, padding } }
      : node;
}
