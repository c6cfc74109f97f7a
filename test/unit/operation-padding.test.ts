import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Pair, Padding } from '../../src/engine/graph/node.js';
import { placeWindow } from '../../src/engine/graph/operations/padding.js';

interface Case {
  readonly name: string;
  readonly padding: Padding;
  readonly input: Pair;
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly dilation?: Pair;
  /** top, bottom, left, right */
  readonly edges: readonly [number, number, number, number];
  readonly output: Pair;
}

// By hand from output = ceil(input / stride) and what the last window reaches beyond the input.
const cases: readonly Case[] = [
  {
    name: 'stride 2 on even sides pads the bottom and right alone',
    padding: 'same',
    input: [224, 224],
    kernel: [3, 3],
    stride: [2, 2],
    edges: [0, 1, 0, 1],
    output: [112, 112],
  },
  {
    name: 'stride 2 on odd sides pads both sides',
    padding: 'same',
    input: [7, 7],
    kernel: [3, 3],
    stride: [2, 2],
    edges: [1, 1, 1, 1],
    output: [4, 4],
  },
  {
    name: 'kernel 5, stride 2 on even sides pads 1 before and 2 after',
    padding: 'same',
    input: [8, 8],
    kernel: [5, 5],
    stride: [2, 2],
    edges: [1, 2, 1, 2],
    output: [4, 4],
  },
  {
    name: 'rows and columns are resolved each by itself',
    padding: 'same',
    input: [6, 5],
    kernel: [3, 5],
    stride: [2, 1],
    edges: [0, 1, 2, 2],
    output: [3, 5],
  },
  {
    name: 'dilation widens the reach',
    padding: 'same',
    input: [6, 6],
    kernel: [3, 3],
    stride: [1, 1],
    dilation: [2, 3],
    edges: [2, 2, 3, 3],
    output: [6, 6],
  },
  {
    name: 'a stride larger than the kernel needs no padding',
    padding: 'same',
    input: [5, 5],
    kernel: [1, 1],
    stride: [2, 2],
    edges: [0, 0, 0, 0],
    output: [3, 3],
  },
  {
    name: 'valid leaves out the pixels that no whole window covers',
    padding: 'valid',
    input: [8, 7],
    kernel: [3, 3],
    stride: [2, 2],
    edges: [0, 0, 0, 0],
    output: [3, 3],
  },
  {
    name: 'explicit edges stay as they are',
    padding: { top: 2, bottom: 0, left: 1, right: 3 },
    input: [4, 4],
    kernel: [3, 3],
    stride: [1, 2],
    edges: [2, 0, 1, 3],
    output: [4, 3],
  },
  {
    name: 'a window that does not fit has no positions',
    padding: 'valid',
    input: [4, 5],
    kernel: [5, 5],
    stride: [1, 1],
    edges: [0, 0, 0, 0],
    output: [0, 1],
  },
];

for (const { name, padding, input, kernel, stride, dilation, edges, output } of cases) {
  test(`padding: ${name}`, () => {
    const [top, bottom, left, right] = edges;
    const placement = placeWindow({ padding, stride }, input, kernel, dilation);
    assert.deepEqual(placement, { edges: { top, bottom, left, right }, output });
  });
}
