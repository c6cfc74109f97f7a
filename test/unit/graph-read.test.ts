import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { missingWeight, parseGraph } from '../../src/engine/graph/read-graph.js';
import { failureIn, failureOf } from '../support/failure-of.js';
import { graphJson, networkIds } from '../support/committed-networks.js';

const conv = {
  name: 'conv',
  op: 'conv',
  inputs: ['image'],
  attributes: { stride: [2, 2], padding: 'same', dilation: [1, 1] },
  weights: { kernel: 'k' },
};
const image = { name: 'image', op: 'input', inputs: [], attributes: { shape: [8, 8, 3] }, weights: {} };
const relu = { name: 'relu', op: 'relu', inputs: ['conv'], attributes: {}, weights: {} };
const whole = {
  format: 'headstart-graph',
  version: 1,
  name: 'small',
  nodes: [image, conv, relu],
  outputs: ['relu'],
  blocks: [
    { name: 'first', nodes: ['image', 'conv'] },
    { name: 'last', nodes: ['relu'] },
  ],
  cuts: { small: 'relu', medium: 'conv', large: 'image' },
};

/** The whole graph with the second node changed. */
function withConv(changes: object): object {
  return { ...whole, nodes: [image, { ...conv, ...changes }, relu] };
}

function withAttributes(changes: object): object {
  return withConv({ attributes: { ...conv.attributes, ...changes } });
}

const damages: readonly { readonly name: string; readonly value: unknown; readonly problem: RegExp }[] = [
  { name: 'null', value: null, problem: /expected object/ },
  { name: 'another format', value: { ...whole, format: 'graph' }, problem: /^format / },
  { name: 'a later version', value: { ...whole, version: 2 }, problem: /^version / },
  { name: 'a field that is not known', value: { ...whole, comment: '' }, problem: /comment/ },
  { name: 'no nodes field', value: { ...whole, nodes: undefined }, problem: /^nodes / },
  { name: 'an unknown operation', value: withConv({ op: 'lambda' }), problem: /^conv: lambda$/ },
  {
    name: 'an operation named like a method',
    value: withConv({ op: 'toString' }),
    problem: /^conv: toString$/,
  },
  {
    name: 'an operation named __proto__',
    value: withConv({ op: '__proto__' }),
    problem: /^conv: __proto__$/,
  },
  {
    name: 'a node that reads a later one',
    value: withConv({ inputs: ['relu'] }),
    problem: /^conv: relu$/,
  },
  { name: 'a node that reads itself', value: withConv({ inputs: ['conv'] }), problem: /^conv: conv$/ },
  { name: 'a name used twice', value: withConv({ name: 'image' }), problem: /^image: named twice$/ },
  { name: 'an empty name', value: withConv({ name: '' }), problem: /^nodes\.1\.name / },
  {
    name: 'no stride',
    value: withConv({ attributes: { padding: 'same', dilation: [1, 1] } }),
    problem: /stride/,
  },
  { name: 'a stride of 0', value: withAttributes({ stride: [0, 1] }), problem: /^conv: stride\.0 / },
  {
    name: 'a stride with a fraction',
    value: withAttributes({ stride: [1.5, 1] }),
    problem: /^conv: stride\.0 /,
  },
  {
    name: 'a stride of three numbers',
    value: withAttributes({ stride: [1, 1, 1] }),
    problem: /^conv: stride /,
  },
  { name: 'an unknown padding', value: withAttributes({ padding: 'full' }), problem: /^conv: padding / },
  {
    name: 'a padding below 0',
    value: withAttributes({ padding: { top: -1, bottom: 0, left: 0, right: 0 } }),
    problem: /^conv: padding/,
  },
  {
    name: 'an attribute of another operation',
    value: withAttributes({ rate: 0.5 }),
    problem: /^conv: .*rate/,
  },
  { name: 'a missing kernel', value: withConv({ weights: {} }), problem: /^conv: kernel / },
  {
    name: 'a weight of no role',
    value: withConv({ weights: { kernel: 'k', gamma: 'g' } }),
    problem: /gamma/,
  },
  { name: 'weights that are a list', value: withConv({ weights: [] }), problem: /^conv: / },
  { name: 'no outputs', value: { ...whole, outputs: [] }, problem: /^outputs / },
  { name: 'an output that is no node', value: { ...whole, outputs: ['logits'] }, problem: /^logits$/ },
  {
    name: 'a cut that is no node',
    value: { ...whole, cuts: { ...whole.cuts, medium: 'no' } },
    problem: /^no$/,
  },
  { name: 'a missing cut', value: { ...whole, cuts: { small: 'relu', large: 'image' } }, problem: /medium/ },
  { name: 'a node in no block', value: { ...whole, blocks: whole.blocks.slice(1) }, problem: /^blocks$/ },
  {
    name: 'a node in two blocks',
    value: { ...whole, blocks: [...whole.blocks, { name: 'again', nodes: ['conv'] }] },
    problem: /^blocks$/,
  },
  {
    name: 'a block with a node that does not exist',
    value: { ...whole, blocks: [...whole.blocks, { name: 'more', nodes: ['no'] }] },
    problem: /^blocks$/,
  },
];

describe('a graph', () => {
  test('that is whole is read as it is', () => {
    const { format: _, version: __, ...graph } = whole;
    assert.deepEqual(parseGraph(whole, 'path'), graph);
  });

  for (const id of networkIds) {
    test(`of ${id} is read`, () => {
      assert.equal(parseGraph(graphJson(id), 'path').name, id);
    });
  }

  for (const { name, value, problem } of damages) {
    test(`with ${name} is damaged`, async () => {
      const failure = await failureOf(() => parseGraph(value, 'path'));
      assert.equal(failure.code, 'file-damaged');
      assert.match('problem' in failure ? failure.problem : '', problem);
    });
  }

  test('of any JSON is read or refused', async () => {
    const property = fc.asyncProperty(fc.jsonValue(), async (value) => {
      await failureIn(() => parseGraph(value, 'path'));
    });
    await fc.assert(property, { numRuns: 300 });
  });

  test('with any value in the place of one of its own is read or refused', async () => {
    const places = fc.constantFrom(...Object.keys(whole), 'op', 'inputs', 'attributes', 'weights');
    const property = fc.asyncProperty(places, fc.jsonValue(), async (place, value) => {
      await failureIn(() => parseGraph({ ...whole, [place]: value }, 'path'));
      await failureIn(() => parseGraph(withConv({ [place]: value }), 'path'));
    });
    await fc.assert(property, { numRuns: 300 });
  });
});

test('the first weight that the file lacks is named', () => {
  const graph = parseGraph(whole, 'path');
  assert.equal(missingWeight(graph, new Map()), 'k');
  assert.equal(
    missingWeight(graph, new Map([['k', { shape: [0], values: new Float32Array(0) }]])),
    undefined,
  );
});
