import assert from 'node:assert/strict';
import { test } from 'node:test';
import { probabilitiesOf } from '../../src/engine/evaluation/probabilities.js';
import {
  copyHead,
  fromKernel,
  logitsOf,
  newHead,
  softmaxInPlace,
  toKernel,
} from '../../src/engine/training/softmax-head.js';
import { Random } from '../../src/shared/random.js';
import { drawnFeatures, drawnHead } from '../support/labelled-features.js';

function xavier(seed: number) {
  return newHead('xavier-uniform', 1280, 10, Random.stream(seed, 'start'));
}

test('a Xavier head lies within +- sqrt(6 / (features + classes)), and reaches both ends', () => {
  const { weights, bias } = xavier(1);
  const a = Math.sqrt(6 / 1290);
  const [lowest, highest] = [Math.min(...weights), Math.max(...weights)];
  assert.ok(lowest >= -a && lowest < -0.99 * a);
  assert.ok(highest <= a && highest > 0.99 * a);
  assert.deepEqual(bias, new Float32Array(10));
});

test('a Xavier head has the mean 0 and the variance a^2 / 3', () => {
  const { weights } = xavier(1);
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
  const square = weights.reduce((sum, weight) => sum + weight * weight, 0) / weights.length;
  // 12,800 draws: the standard error of the mean is 0.0394 / 113 = 3.5e-4, of the variance 0.8 % of it.
  assert.ok(Math.abs(mean) < 4 * 3.5e-4);
  assert.ok(Math.abs(square / (2 / 1290) - 1) < 4 * 0.008);
});

test('a head is the same for the same seed and another for another', () => {
  assert.deepEqual(xavier(1), xavier(1));
  assert.notDeepEqual(xavier(1).weights, xavier(2).weights);
});

test('a head of zeros is zero and draws nothing', () => {
  const random = Random.stream(1, 'start');
  const before = random.state;
  const head = newHead('zeros', 3, 2, random);
  assert.deepEqual(head, {
    features: 3,
    classes: 2,
    weights: new Float32Array(6),
    bias: new Float32Array(2),
  });
  assert.deepEqual(random.state, before);
});

test('the kernel is [features, classes]', () => {
  const head = {
    features: 3,
    classes: 2,
    weights: Float32Array.of(1, 2, 3, 4, 5, 6),
    bias: new Float32Array(2),
  };
  assert.deepEqual(toKernel(head), Float32Array.of(1, 4, 2, 5, 3, 6));
});

test('fromKernel takes back what toKernel makes', () => {
  const head = drawnHead(7, 5);
  assert.deepEqual(fromKernel(toKernel(head), 7, 5), head.weights);
});

test('a copy of a head has values of its own', () => {
  const head = drawnHead(2, 2);
  const copy = copyHead(head);
  head.weights.fill(9);
  head.bias.fill(9);
  assert.deepEqual(copy, drawnHead(2, 2));
});

test('logits are W x + b of the chosen row, for more and less than four features', () => {
  // features [1, 10, 100, 1000, 10000] and [2, ...0]
  const head = {
    features: 5,
    classes: 2,
    weights: Float32Array.of(1, 2, 3, 4, 5, 0, 0, 0, 0, 1),
    bias: Float32Array.of(0.5, -1),
  };
  const rows = Float32Array.of(2, 0, 0, 0, 0, 1, 10, 100, 1000, 10_000);
  const logits = new Float64Array(2);
  logitsOf(head, rows, 1, logits);
  assert.deepEqual([...logits], [54_321.5, 9999]);
  logitsOf(head, rows, 0, logits);
  assert.deepEqual([...logits], [2.5, -1]);
});

test('softmax of logits that overflow is right, and gives log sum exp', () => {
  const logits = Float64Array.of(1000, 1000, -Infinity);
  assert.equal(softmaxInPlace(logits), 1000 + Math.log(2));
  assert.deepEqual([...logits], [0.5, 0.5, 0]);
});

test('probabilities of stored features sum to 1 in each row', () => {
  const { rows } = drawnFeatures(6, 4, 3);
  const found = probabilitiesOf(drawnHead(4, 3), rows, 6);
  const sums = Array.from({ length: 6 }, (_, i) => found[3 * i] + found[3 * i + 1] + found[3 * i + 2]);
  assert.ok(sums.every((sum) => Math.abs(sum - 1) < 1e-15));
});
