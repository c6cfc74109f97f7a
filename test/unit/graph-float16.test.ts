import assert from 'node:assert/strict';
import { test } from 'node:test';
import { float16ToFloat32 } from '../../src/engine/graph/float16.js';

/** IEEE 754 binary16: sign, 5 bits of exponent (bias 15), 10 bits of fraction. */
const values: readonly { readonly name: string; readonly bits: number; readonly value: number }[] = [
  { name: 'zero', bits: 0x0000, value: 0 },
  { name: 'negative zero', bits: 0x8000, value: -0 },
  { name: 'one', bits: 0x3c00, value: 1 },
  { name: 'the next after one', bits: 0x3c01, value: 1 + 2 ** -10 },
  { name: 'minus two', bits: 0xc000, value: -2 },
  { name: 'the largest', bits: 0x7bff, value: 65_504 },
  { name: 'the smallest normal', bits: 0x0400, value: 2 ** -14 },
  { name: 'the largest subnormal', bits: 0x03ff, value: 1023 * 2 ** -24 },
  { name: 'the smallest subnormal', bits: 0x0001, value: 2 ** -24 },
  { name: 'the smallest negative subnormal', bits: 0x8001, value: -(2 ** -24) },
  { name: 'infinity', bits: 0x7c00, value: Infinity },
  { name: 'negative infinity', bits: 0xfc00, value: -Infinity },
  { name: 'a quiet NaN', bits: 0x7e00, value: NaN },
  { name: 'a signalling NaN', bits: 0x7c01, value: NaN },
];

for (const { name, bits, value } of values) {
  test(`half precision: ${name}`, () => {
    assert.ok(Object.is(float16ToFloat32(Uint16Array.of(bits))[0], value));
  });
}

test('half precision: every finite value is larger than the one before it', () => {
  const positive = float16ToFloat32(Uint16Array.from({ length: 0x7c00 }, (_, bits) => bits));
  assert.ok(positive.every((value, i) => i === 0 || value > positive[i - 1]));
});

test('half precision: the upper half of the table is the lower half with its sign changed', () => {
  const positive = float16ToFloat32(Uint16Array.from({ length: 0x7c01 }, (_, bits) => bits));
  const negative = float16ToFloat32(Uint16Array.from({ length: 0x7c01 }, (_, bits) => bits | 0x8000));
  assert.deepEqual(
    negative,
    positive.map((value) => -value),
  );
});
