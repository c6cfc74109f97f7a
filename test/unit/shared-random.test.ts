import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Random } from '../../src/shared/random.js';

function numbers(random: Random, count: number): number[] {
  return Array.from({ length: count }, () => random.next());
}

test('the generator is sfc32: from the state 1, 2, 3, 4 it gives its known numbers', () => {
  // By hand: sum = a + b + counter; a' = b ^ b >>> 9, b' = c + (c << 3), c' = rotate(c, 21) + sum, counter + 1.
  // 1: 1 + 2 + 4 = 7, then a = 2, b = 27, c = (3 << 21) + 7 = 6291463, counter = 5
  // 2: 2 + 27 + 5 = 34, then a = 27, b = 9 * 6291463 = 56623167, c = rotate(6291463, 21) + 34
  // 3: 27 + 56623167 + 6 = 56623200
  assert.deepEqual(numbers(Random.restore({ a: 1, b: 2, c: 3, counter: 4 }), 3), [7, 34, 56_623_200]);
});

test('the same seed and purpose give the same numbers', () => {
  assert.deepEqual(numbers(Random.stream(1, 'start'), 20), numbers(Random.stream(1, 'start'), 20));
});

test('another seed, and another purpose, give other numbers', () => {
  const first = numbers(Random.stream(1, 'start'), 4);
  assert.notDeepEqual(numbers(Random.stream(2, 'start'), 4), first);
  assert.notDeepEqual(numbers(Random.stream(1, 'shuffle'), 4), first);
});

test('a restored state goes on where it was, through JSON too', () => {
  const random = Random.stream(5, 'any');
  numbers(random, 100);
  const restored = Random.restore(JSON.parse(JSON.stringify(random.state)) as typeof random.state);
  assert.deepEqual(numbers(restored, 100), numbers(random, 100));
});

test('reading the state draws nothing', () => {
  const random = Random.stream(5, 'any');
  assert.deepEqual(random.state, random.state);
});

test('uniform lies in [0, 1), with the mean 1/2', () => {
  const random = Random.stream(1, 'uniform');
  const values = Array.from({ length: 10_000 }, () => random.uniform());
  assert.ok(values.every((value) => value >= 0 && value < 1));
  // standard error: sqrt(1 / 12 / 10,000) = 0.0029
  assert.ok(Math.abs(values.reduce((sum, value) => sum + value, 0) / 10_000 - 0.5) < 4 * 0.0029);
});

test('below gives every whole number under its limit about equally often', () => {
  const random = Random.stream(1, 'below');
  const counts = [0, 0, 0, 0, 0];
  Array.from({ length: 10_000 }, () => counts[random.below(5)]++);
  // 2,000 each, with a standard deviation of 40
  assert.ok(
    counts.every((count) => Math.abs(count - 2000) < 160),
    String(counts),
  );
});

test('a permutation holds every number once, for any length and seed', () => {
  const property = fc.property(fc.nat(200), fc.nat(), (count, seed) => {
    const order = Random.stream(seed, 'order').permutation(count);
    assert.deepEqual(
      [...order].sort((a, b) => a - b),
      Array.from({ length: count }, (_, i) => i),
    );
  });
  fc.assert(property);
});

test('all six orders of three come about equally often', () => {
  const random = Random.stream(1, 'orders');
  const orders = Array.from({ length: 6000 }, () => random.permutation(3).join(''));
  const counts = ['012', '021', '102', '120', '201', '210'].map(
    (order) => orders.filter((each) => each === order).length,
  );
  // 1,000 each, with a standard deviation of 29
  assert.ok(
    counts.every((count) => Math.abs(count - 1000) < 116),
    String(counts),
  );
});
