import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { metricsOf, wilson } from '../../src/engine/evaluation/metrics.js';

function assertNear(actual: number | null, expected: number, tolerance = 1e-12): void {
  assert.ok(actual !== null && Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}`);
}

describe('metrics of six pictures of three classes', () => {
  // true:      a    a    a    b    b    c
  // predicted: a    a    b    b    a    a      nothing is called c
  const probabilities = Float64Array.of(
    ...[0.5, 0.25, 0.25],
    ...[0.5, 0.25, 0.25],
    ...[0.25, 0.5, 0.25],
    ...[0.25, 0.5, 0.25],
    ...[0.5, 0.25, 0.25],
    ...[0.5, 0.375, 0.125],
  );
  const metrics = metricsOf([0, 0, 0, 1, 1, 2], probabilities, ['a', 'b', 'c']);

  test('count what is so and what it was called', () => {
    assert.deepEqual(metrics.confusion, [
      [2, 1, 0],
      [1, 1, 0],
      [1, 0, 0],
    ]);
    assert.equal(metrics.count, 6);
  });

  test('have the accuracy of the diagonal, with its interval', () => {
    assert.equal(metrics.accuracy, 3 / 6);
    assert.deepEqual(metrics.interval, wilson(3, 6));
  });

  test('have precision and recall by class, null where nothing was called so', () => {
    assert.deepEqual(metrics.classes, [
      { name: 'a', count: 3, precision: 2 / 4, recall: 2 / 3, f1: 4 / 7 },
      { name: 'b', count: 2, precision: 1 / 2, recall: 1 / 2, f1: 2 / 4 },
      { name: 'c', count: 1, precision: null, recall: 0, f1: 0 },
    ]);
  });

  test('have the mean of the F1 of all classes', () => {
    assertNear(metrics.macroF1, (4 / 7 + 1 / 2 + 0) / 3);
  });

  test('have the mean -log of the true class’s probability', () => {
    // 1/2, 1/2, 1/4, 1/2, 1/4, 1/8: 1 + 1 + 2 + 1 + 2 + 3 = 10 times log 2
    assertNear(metrics.logLoss, (10 / 6) * Math.log(2));
  });
});

test('a class that neither occurs nor is predicted counts as 0, and has no precision and no recall', () => {
  const { classes, macroF1 } = metricsOf([0], Float64Array.of(1, 0), ['a', 'b']);
  assert.deepEqual(classes[1], { name: 'b', count: 0, precision: null, recall: null, f1: 0 });
  assert.equal(macroF1, 0.5);
});

test('of equal probabilities the first class is taken', () => {
  assert.equal(metricsOf([1], Float64Array.of(0.5, 0.5), ['a', 'b']).accuracy, 0);
});

test('a true class of probability 0 has a finite loss', () => {
  // -log of the smallest number, 2^-1074
  assertNear(metricsOf([1], Float64Array.of(1, 0), ['a', 'b']).logLoss, 1074 * Math.log(2), 1e-9);
});

test('a tiny probability keeps its logarithm', () => {
  assertNear(metricsOf([1], Float64Array.of(1, 1e-200), ['a', 'b']).logLoss, 200 * Math.log(10), 1e-9);
});

test('no pictures have no errors, and every accuracy is possible', () => {
  const { count, accuracy, logLoss, interval } = metricsOf([], new Float64Array(0), ['a', 'b']);
  assert.deepEqual(
    { count, accuracy, logLoss, interval },
    { count: 0, accuracy: 0, logLoss: 0, interval: [0, 1] },
  );
});

/** By statsmodels' proportion_confint(hits, count, method="wilson") and Newcombe (1998), table I. */
const intervals = [
  { hits: 8, count: 10, low: 0.4902, high: 0.9433 },
  { hits: 81, count: 263, low: 0.2553, high: 0.3662 },
  { hits: 15, count: 148, low: 0.0624, high: 0.1605 },
  { hits: 0, count: 20, low: 0, high: 0.1611 },
  { hits: 1, count: 29, low: 0.0061, high: 0.1718 },
];

for (const { hits, count, low, high } of intervals) {
  test(`Wilson's interval of ${hits} in ${count} is ${low} to ${high}`, () => {
    const [below, above] = wilson(hits, count);
    assertNear(below, low, 5e-5);
    assertNear(above, high, 5e-5);
  });
}

test('Wilson’s interval of all hits ends at 1', () => {
  assert.equal(wilson(20, 20)[1], 1);
});
