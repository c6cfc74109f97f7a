import assert from 'node:assert/strict';
import { test } from 'node:test';

import { atPrecision } from '../../src/engine/runtimes/cpu/array.js';
import { softmaxCrossEntropy } from '../../src/engine/runtimes/cpu/loss.js';
import { assertClose, tensor } from '../reference/operations/close.js';
import { referenceNumbers } from '../reference/operations/numbers.js';

// float64: the reference has 12 digits. float32: logits and gradient are rounded once each, 6e-8 of their size.
const precisions = [
  { precision: 'float64', tolerance: 1e-9 },
  { precision: 'float32', tolerance: 1e-6 },
] as const;

for (const reference of referenceNumbers.losses) {
  for (const { precision, tolerance } of precisions) {
    test(`cross-entropy, ${reference.name}: loss and gradient equal PyTorch's in ${precision}`, () => {
      const logits = atPrecision(tensor(reference.logits), precision);
      const { loss, gradient } = softmaxCrossEntropy(
        logits,
        tensor(reference.targets),
        reference.sampleWeights,
      );
      assertClose(gradient, reference.gradient, tolerance, 'gradient');
      assert.ok(Math.abs(loss - reference.loss) <= tolerance * reference.loss, `loss is ${loss}`);
    });
  }
}

test('the gradient has the precision of the logits', () => {
  const logits = { shape: [1, 2], values: Float32Array.of(0, 1) };
  const { gradient } = softmaxCrossEntropy(logits, tensor({ shape: [1, 2], values: [1, 0] }));
  assert.ok(gradient.values instanceof Float32Array);
});
