import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  nothingWatched,
  shouldStop,
  watch,
  type Patience,
  type Watch,
} from '../../src/engine/training/early-stopping.js';
import { learningRateAt } from '../../src/engine/training/schedules.js';

test('a constant schedule keeps the rate', () => {
  const rates = [0, 50, 99].map((step) => learningRateAt('constant', 0.01, step, 100));
  assert.deepEqual(rates, [0.01, 0.01, 0.01]);
});

/** (1 + cos(pi step / steps)) / 2 by hand: cos 0, 60, 90, 120 degrees are 1, 1/2, 0, -1/2. */
const cosines = [
  { step: 0, rate: 1 },
  { step: 4, rate: 0.75 },
  { step: 6, rate: 0.5 },
  { step: 8, rate: 0.25 },
  { step: 12, rate: 0 },
];

for (const { step, rate } of cosines) {
  test(`a cosine schedule is at ${rate} of the rate at step ${step} of 12`, () => {
    assert.ok(Math.abs(learningRateAt('cosine', 0.2, step, 12) - 0.2 * rate) < 1e-16);
  });
}

const patience: Patience = { enabled: true, patience: 3, minimumChange: 0.125 };

/** Each epoch's figure, and what is known after it. */
const epochs: readonly {
  readonly title: string;
  readonly figures: readonly number[];
  readonly after: Watch;
}[] = [
  {
    title: 'the first epoch is the best',
    figures: [2],
    after: { best: 2, bestEpoch: 1, waited: 0, reference: 2 },
  },
  {
    title: 'a clear fall is an improvement',
    figures: [2, 1.5],
    after: { best: 1.5, bestEpoch: 2, waited: 0, reference: 1.5 },
  },
  {
    title: 'a fall below the minimum change is the best, and no improvement',
    figures: [2, 1.9375],
    after: { best: 1.9375, bestEpoch: 2, waited: 1, reference: 2 },
  },
  {
    title: 'a fall by the minimum change itself is no improvement',
    figures: [2, 1.875],
    after: { best: 1.875, bestEpoch: 2, waited: 1, reference: 2 },
  },
  {
    title: 'small falls that add up to the minimum change are an improvement',
    figures: [2, 1.9375, 1.8125],
    after: { best: 1.8125, bestEpoch: 3, waited: 0, reference: 1.8125 },
  },
  {
    title: 'an equal figure leaves the earlier epoch the best',
    figures: [2, 2],
    after: { best: 2, bestEpoch: 1, waited: 1, reference: 2 },
  },
  {
    title: 'a rise waits',
    figures: [2, 3, 2.5],
    after: { best: 2, bestEpoch: 1, waited: 2, reference: 2 },
  },
  {
    title: 'an improvement ends the wait',
    figures: [2, 3, 3, 1],
    after: { best: 1, bestEpoch: 4, waited: 0, reference: 1 },
  },
];

describe('early stopping watches', () => {
  for (const { title, figures, after } of epochs) {
    test(title, () => {
      assert.deepEqual(
        figures.reduce((state, figure, i) => watch(state, i + 1, figure, patience), nothingWatched),
        after,
      );
    });
  }
});

const stops: readonly { readonly waited: number; readonly enabled: boolean; readonly stop: boolean }[] = [
  { waited: 0, enabled: true, stop: false },
  { waited: 2, enabled: true, stop: false },
  { waited: 3, enabled: true, stop: true },
  { waited: 4, enabled: true, stop: true },
  { waited: 4, enabled: false, stop: false },
];

describe('early stopping with a patience of 3', () => {
  for (const { waited, enabled, stop } of stops) {
    test(`${enabled ? 'enabled' : 'disabled'}, after ${waited} epochs: ${stop ? 'stops' : 'goes on'}`, () => {
      assert.equal(shouldStop({ ...nothingWatched, waited }, { ...patience, enabled }), stop);
    });
  }
});
