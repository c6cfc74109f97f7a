import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { forward as runGraph, backward } from '../../src/engine/runtimes/cpu/run.js';
import { softmaxCrossEntropy } from '../../src/engine/runtimes/cpu/loss.js';
import { headWorkspace } from '../../src/engine/training/head-products.js';
import { forwardBackward, largestIndex, score } from '../../src/engine/training/head-step.js';
import { adamMoments, adamUpdate } from '../../src/engine/training/optimizers/adam.js';
import { addRidgeGradient, ridgePenalty } from '../../src/engine/training/ridge.js';
import { toKernel, type LabelledFeatures, type SoftmaxHead } from '../../src/engine/training/softmax-head.js';
import { tensorNamed } from '../reference/operations/close.js';
import { trainingNumbers, type ReferenceHead, type RegressionCase } from '../reference/training/numbers.js';
import { drawnFeatures, drawnHead } from '../support/labelled-features.js';

// Sums run in float64; the gradient is rounded to float32 once (6e-8 of values below 1).
const gradientTolerance = 1e-7;
// As above, and 20 updates round weights and moments each (6e-8); 5e-7 was measured.
const trainedTolerance = 1e-6;

describe('the head, on logistic regression', () => {
  for (const reference of trainingNumbers.regressions) {
    test(`${reference.name}: the gradient equals PyTorch's`, () => {
      const { head, pictures } = problemOf(reference);
      const { gradient } = stepOver(head, pictures);
      assert.ok(differenceOf(gradient, reference.gradient) < gradientTolerance);
    });

    test(`${reference.name}: 20 steps of Adam equal PyTorch's, loss by loss`, () => {
      const { head, losses } = trained(reference);
      assert.ok(largestDifference(losses, reference.losses) < trainedTolerance);
      assert.ok(differenceOf(head, reference.end) < trainedTolerance);
    });
  }
});

/** Tiles of four pictures by two classes: counts at, below and above both. */
const sizes = [
  { count: 1, features: 3, classes: 2 },
  { count: 2, features: 5, classes: 3 },
  { count: 4, features: 4, classes: 4 },
  { count: 5, features: 1, classes: 5 },
  { count: 7, features: 6, classes: 2 },
  { count: 8, features: 9, classes: 7 },
];

for (const { count, features, classes } of sizes) {
  const title = `${count} pictures, ${features} features, ${classes} classes`;
  const head = drawnHead(features, classes);
  const pictures = drawnFeatures(count, features, classes);

  test(`${title}: loss and gradient equal those of the graph on the plain runtime`, () => {
    const { loss, gradient } = stepOver(head, pictures);
    const expected = throughGraph(head, pictures);
    assert.ok(Math.abs(loss / count - expected.loss) < 1e-12);
    assert.ok(differenceOf(gradient, expected.gradient) < gradientTolerance);
  });

  test(`${title}: the gradient equals the numerical one`, () => {
    const { gradient } = stepOver(head, pictures);
    // Central difference at h = 2^-9, exact in float32: its error is h^2 / 6 of a third derivative below 1.
    assert.ok(differenceOf(gradient, numerical(head, pictures, 2 ** -9)) < 1e-6);
  });

  test(`${title}: score is the loss that a step begins with`, () => {
    const { loss, correct } = stepOver(head, pictures);
    const { loss: mean, accuracy } = score(head, pictures);
    assert.ok(Math.abs(mean - loss / count) < 1e-12);
    assert.equal(accuracy, correct / count);
  });
}

test('a step looks at the chosen pictures alone', () => {
  const head = drawnHead(4, 3);
  const pictures = drawnFeatures(9, 4, 3);
  const work = headWorkspace(head, 9);
  const order = Uint32Array.of(8, 3, 5, 0, 1, 2, 4, 6, 7);
  const { loss } = forwardBackward(head, pictures, order, 1, 3, work);
  const chosen = stepOver(head, picked(pictures, [3, 5], 4));
  assert.ok(Math.abs(loss - chosen.loss) < 1e-12);
  assert.ok(differenceOf(work, chosen.gradient) < gradientTolerance);
});

test('a short batch is not changed by the longer one before it', () => {
  const head = drawnHead(4, 3);
  const pictures = drawnFeatures(9, 4, 3);
  const work = headWorkspace(head, 8);
  const order = Uint32Array.from({ length: 9 }, (_, i) => i);
  forwardBackward(head, pictures, order, 0, 8, work);
  forwardBackward(head, pictures, order, 8, 9, work);
  const alone = stepOver(head, picked(pictures, [8], 4));
  assert.deepEqual(work.weights, Float32Array.from(alone.gradient.weights));
  assert.deepEqual(work.bias, Float32Array.from(alone.gradient.bias));
});

test('the loss of a class that is all but impossible is finite', () => {
  const head = { features: 1, classes: 2, weights: Float32Array.of(0, 2000), bias: Float32Array.of(0, 0) };
  const pictures = { count: 1, rows: Float32Array.of(1), labels: Uint32Array.of(0) };
  // -log softmax = 2000 - 0, where exp(2000) overflows and exp(-2000) is 0
  assert.deepEqual(score(head, pictures), { loss: 2000, accuracy: 0 });
});

test('a head of zeros has a loss of log C', () => {
  const head = { features: 2, classes: 4, weights: new Float32Array(8), bias: new Float32Array(4) };
  assert.ok(Math.abs(score(head, drawnFeatures(6, 2, 4)).loss - Math.log(4)) < 1e-15);
});

test('of equal values the first is the largest', () => {
  assert.equal(largestIndex([1, 3, 3, 2]), 1);
});

test('Ridge adds 2 lambda theta to the gradient and lambda sum theta^2 to the loss', () => {
  const gradient = Float32Array.of(1, 1, 1);
  const weights = Float32Array.of(2, -3, 0);
  addRidgeGradient(gradient, weights, 0.25);
  assert.deepEqual(gradient, Float32Array.of(2, -0.5, 1));
  assert.equal(ridgePenalty(weights, 0.25), 3.25);
});

test('Ridge of 0 leaves the gradient', () => {
  const gradient = Float32Array.of(1);
  addRidgeGradient(gradient, Float32Array.of(5), 0);
  assert.deepEqual(gradient, Float32Array.of(1));
  assert.equal(ridgePenalty(Float32Array.of(5), 0), 0);
});

function problemOf({ count, features, classes, rows, labels, start }: RegressionCase) {
  const head = {
    features,
    classes,
    weights: Float32Array.from(start.weights),
    bias: Float32Array.from(start.bias),
  };
  return { head, pictures: { count, rows: Float32Array.from(rows), labels: Uint32Array.from(labels) } };
}

/** All pictures as one batch. */
function stepOver(head: SoftmaxHead, pictures: LabelledFeatures) {
  const order = Uint32Array.from({ length: pictures.count }, (_, i) => i);
  const work = headWorkspace(head, pictures.count);
  const sums = forwardBackward(head, pictures, order, 0, pictures.count, work);
  return { ...sums, gradient: { weights: [...work.weights], bias: [...work.bias] } };
}

/** Ridge on the kernel alone, as PyTorch's weight_decay of 2 lambda on the kernel's group. */
function trained(reference: RegressionCase) {
  const { head, pictures } = problemOf(reference);
  const moments = { weights: adamMoments(head.weights.length), bias: adamMoments(head.bias.length) };
  const options = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
  const losses = reference.losses.map((_, i) => {
    const { loss, gradient } = stepOver(head, pictures);
    const weights = Float32Array.from(gradient.weights);
    addRidgeGradient(weights, head.weights, reference.ridge);
    adamUpdate(head.weights, weights, moments.weights, options, reference.rate, i + 1);
    adamUpdate(head.bias, Float32Array.from(gradient.bias), moments.bias, options, reference.rate, i + 1);
    return loss / pictures.count;
  });
  return { head, losses };
}

/** The same head as a dense node of the graph, in float64. */
function throughGraph(head: SoftmaxHead, { count, rows, labels }: LabelledFeatures) {
  const { features, classes } = head;
  const nodes = [
    { name: 'x', op: 'input', inputs: [], attributes: { shape: [features] }, weights: {} },
    { name: 'logits', op: 'dense', inputs: ['x'], attributes: {}, weights: { kernel: 'k', bias: 'b' } },
  ] as const;
  const weights = new Map([
    ['k', { shape: [features, classes], values: toKernel(head) }],
    ['b', { shape: [classes], values: head.bias }],
  ]);
  const targets = Float64Array.from({ length: count * classes }, (_, i) =>
    labels[Math.floor(i / classes)] === i % classes ? 1 : 0,
  );
  const context = { precision: 'float64' } as const;
  const inputs = new Map([['x', { shape: [count, features], values: rows }]]);
  const values = runGraph({ nodes }, weights, inputs, { ...context, keep: 'all' });
  const { loss, gradient } = softmaxCrossEntropy(tensorNamed(values, 'logits'), {
    shape: [count, classes],
    values: targets,
  });
  const { weights: found } = backward(
    { nodes },
    weights,
    values,
    new Map([['logits', gradient]]),
    ['k', 'b'],
    context,
  );
  const kernel = tensorNamed(found, 'k').values;
  const byClass = Array.from(kernel, (_, i) => kernel[(i % features) * classes + Math.floor(i / features)]);
  return { loss, gradient: { weights: byClass, bias: [...tensorNamed(found, 'b').values] } };
}

/** (L(w + h) - L(w - h)) / 2h for each weight and bias; L is the mean loss. */
function numerical(head: SoftmaxHead, pictures: LabelledFeatures, h: number): ReferenceHead {
  const lossWith = (role: 'weights' | 'bias', index: number, change: number): number => {
    const values = head[role].slice();
    values[index] += change;
    return score({ ...head, [role]: values }, pictures).loss;
  };
  const slopes = (role: 'weights' | 'bias'): number[] =>
    Array.from(head[role], (_, i) => (lossWith(role, i, h) - lossWith(role, i, -h)) / (2 * h));
  return { weights: slopes('weights'), bias: slopes('bias') };
}

function picked({ rows, labels }: LabelledFeatures, places: readonly number[], features: number) {
  return {
    count: places.length,
    rows: Float32Array.from(places.flatMap((at) => [...rows.subarray(at * features, (at + 1) * features)])),
    labels: Uint32Array.from(places, (at) => labels[at]),
  };
}

interface Parts {
  readonly weights: ArrayLike<number>;
  readonly bias: ArrayLike<number>;
}

function differenceOf(actual: Parts, expected: Parts): number {
  return Math.max(
    largestDifference(actual.weights, expected.weights),
    largestDifference(actual.bias, expected.bias),
  );
}

function largestDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  assert.equal(actual.length, expected.length);
  return Math.max(...Array.from(expected, (value, i) => Math.abs(value - actual[i])));
}
