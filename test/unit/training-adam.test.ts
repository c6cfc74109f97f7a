import assert from 'node:assert/strict';
import { test } from 'node:test';
import { adamMoments, adamUpdate } from '../../src/engine/training/optimizers/adam.js';
import { trainingNumbers, type QuadraticCase } from '../reference/training/numbers.js';

// Weights and moments are float32 and are rounded in each of 20 steps (6e-8 of values up to 3); a weight moves by
// up to the rate in a step. 5e-7 was measured; PyTorch's own numbers are float64.
const tolerance = 1e-6;

for (const reference of trainingNumbers.quadratics) {
  test(`Adam with ${reference.name}: 20 steps on a quadratic equal PyTorch's`, () => {
    const steps = trajectory(reference);
    assert.equal(steps.length, 20);
    assert.ok(largestDifference(steps.flat(), reference.steps.flat()) < tolerance);
  });
}

test('the first step moves each weight by the rate against its gradient, however large the gradient', () => {
  // v^ = dw and s^ = dw^2 after bias correction, hence dw / |dw| for a small epsilon.
  const weights = Float32Array.of(1, 1, 1);
  const options = { beta1: 0.9, beta2: 0.999, epsilon: 1e-12 };
  adamUpdate(weights, Float32Array.of(100, -0.001, 0), adamMoments(3), options, 0.25, 1);
  assert.ok(largestDifference([...weights], [0.75, 1.25, 1]) < tolerance);
});

test('moments start at zero and keep the running means', () => {
  const moments = adamMoments(1);
  assert.deepEqual(moments, { first: Float32Array.of(0), second: Float32Array.of(0) });
  const options = { beta1: 0.5, beta2: 0.75, epsilon: 1e-8 };
  adamUpdate(Float32Array.of(0), Float32Array.of(2), moments, options, 0.1, 1);
  adamUpdate(Float32Array.of(0), Float32Array.of(4), moments, options, 0.1, 2);
  // 0.5 * (0.5 * 2) + 0.5 * 4 and 0.75 * (0.25 * 4) + 0.25 * 16
  assert.deepEqual(moments, { first: Float32Array.of(2.5), second: Float32Array.of(4.75) });
});

function trajectory({ start, curvature, centre, options, rate, steps }: QuadraticCase): number[][] {
  const weights = Float32Array.from(start);
  const moments = adamMoments(weights.length);
  return steps.map((_, i) => {
    const gradient = weights.map((weight, j) => curvature[j] * (weight - centre[j]));
    adamUpdate(weights, gradient, moments, options, rate, i + 1);
    return [...weights];
  });
}

function largestDifference(actual: readonly number[], expected: readonly number[]): number {
  return Math.max(...expected.map((value, i) => Math.abs(value - actual[i])));
}
