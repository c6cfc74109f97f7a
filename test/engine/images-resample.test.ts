import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toPixels } from '../../src/engine/images/contract.js';
import { resample } from '../../src/engine/images/resample.js';
import { pixelRule } from '../../src/shared/contract/preprocessing.js';

/** A bitmap of grey pixels, row by row. */
function grey(width: number, values: readonly number[]) {
  const data = Uint8Array.from(values.flatMap((value) => [value, value, value]));
  return { width, height: values.length / width, data };
}

/** The first channel. */
function red(pixels: Uint8Array): number[] {
  return [...pixels].filter((_, i) => i % 3 === 0);
}

/** The sides of the part of a 32 x 32 `fit-and-pad` result that is not filled. */
function fittedSides(width: number, height: number): [number, number] {
  const bitmap = { width, height, data: new Uint8Array(width * height * 3).fill(255) };
  const values = red(toPixels(bitmap, pixelRule('fit-and-pad', 32)));
  const rows = new Set(values.flatMap((value, i) => (value === 255 ? [Math.floor(i / 32)] : [])));
  const columns = new Set(values.flatMap((value, i) => (value === 255 ? [i % 32] : [])));
  return [columns.size, rows.size];
}

test('a resize to the same sides gives the same bytes in memory of its own', () => {
  const bitmap = grey(2, [1, 2, 3, 4]);
  const out = resample(bitmap, { left: 0, top: 0, width: 2, height: 2 }, 2, 2);
  assert.deepEqual(out, bitmap.data);
  assert.notEqual(out.buffer, bitmap.data.buffer);
});

test('shrinking to half weighs the four nearest pixels 1 : 3 : 3 : 1', () => {
  // Output pixel 1 has its centre at 3: (10 * 1 + 20 * 3 + 30 * 3 + 100 * 1) / 8 = 32.5, half up: 33.
  const bitmap = grey(6, [0, 10, 20, 30, 100, 0]);
  const out = resample(bitmap, { left: 0, top: 0, width: 6, height: 1 }, 3, 1);
  assert.equal(red(out)[1], 33);
});

test('the edge has fewer neighbours, whose weights still sum to one', () => {
  // Output pixel 0 has its centre at 1: weights 3/4, 3/4, 1/4 of pixels 0, 1, 2, divided by 7/4.
  const bitmap = grey(6, [70, 70, 0, 0, 0, 0]);
  const out = resample(bitmap, { left: 0, top: 0, width: 6, height: 1 }, 3, 1);
  assert.equal(red(out)[0], 60);
});

test('the filter reads pixels outside the box', () => {
  // Box of pixels 1 and 2, to one pixel: centre 2, weights 1 : 3 : 3 : 1 of pixels 0 to 3.
  const bitmap = grey(4, [80, 0, 0, 80]);
  const out = resample(bitmap, { left: 1, top: 0, width: 2, height: 1 }, 1, 1);
  assert.deepEqual(red(out), [20]);
});

test('enlarging interpolates between two pixels', () => {
  // Centres at 0.25, 0.75, 1.25, 1.75 of pixels centred at 0.5 and 1.5.
  const out = resample(grey(2, [0, 100]), { left: 0, top: 0, width: 2, height: 1 }, 4, 1);
  assert.deepEqual(red(out), [0, 25, 75, 100]);
});

test('rows are scaled and rounded before columns', () => {
  // Rows first: (0 + 1) / 2 and (0 + 0) / 2 round to 1 and 0, whose mean rounds to 1; at once: 0.25, so 0.
  const out = resample(grey(2, [0, 1, 0, 0]), { left: 0, top: 0, width: 2, height: 2 }, 1, 1);
  assert.deepEqual(red(out), [1]);
});

test('columns alone are scaled where the width stays', () => {
  const out = resample(grey(1, [0, 100]), { left: 0, top: 0, width: 1, height: 2 }, 1, 4);
  assert.deepEqual(red(out), [0, 25, 75, 100]);
});

test('white stays white at any ratio', () => {
  const bitmap = { width: 997, height: 3, data: new Uint8Array(997 * 9).fill(255) };
  const out = resample(bitmap, { left: 0, top: 0, width: 997, height: 3 }, 37, 37);
  assert.ok(out.every((value) => value === 255));
});

test('a small result after a large one is not touched by what scratch memory still holds', () => {
  const whole = (side: number) => ({ left: 0, top: 0, width: side, height: side });
  resample({ width: 300, height: 300, data: new Uint8Array(270_000).fill(200) }, whole(300), 64, 64);
  const out = resample({ width: 3, height: 3, data: new Uint8Array(27).fill(9) }, whole(3), 2, 2);
  assert.deepEqual(red(out), [9, 9, 9, 9]);
});

test('a centre square of odd leftover leaves the larger rest on the right', () => {
  // 4 x 1 pixels: the square is pixel floor(3 / 2) = 1 and is enlarged with its neighbours; 32 x 32 of it.
  const values = red(toPixels(grey(4, [0, 128, 255, 0]), pixelRule('centre-square', 32))).slice(0, 32);
  assert.deepEqual([values[0], values[15], values[31]], [66, 126, 190]);
});

test('a fitted side is rounded half up and at least 1', () => {
  // 32 * 5 / 64 = 2.5 -> 3; 32 * 1 / 200 = 0.16 -> 1.
  assert.deepEqual(
    [fittedSides(64, 5), fittedSides(1, 200)],
    [
      [32, 3],
      [1, 32],
    ],
  );
});

test('the rest of fit-and-pad is filled with the colour of the rule', () => {
  const bitmap = { width: 64, height: 32, data: new Uint8Array(64 * 32 * 3) };
  const out = toPixels(bitmap, { ...pixelRule('fit-and-pad', 32), pad: [1, 2, 3] });
  assert.deepEqual([...out.subarray(0, 3), ...out.subarray(8 * 32 * 3, 8 * 32 * 3 + 3)], [1, 2, 3, 0, 0, 0]);
});
