import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { readCheckpoint, writeCheckpoint } from '../../src/engine/training/checkpoint.js';
import {
  goesOn,
  startHead,
  trainEpoch,
  type EpochFigures,
  type HeadState,
} from '../../src/engine/training/head-loop.js';
import { score } from '../../src/engine/training/head-step.js';
import { ridgePenalty } from '../../src/engine/training/ridge.js';
import type { RunConfig } from '../../src/shared/contract/run-config.js';
import { failureOf } from '../support/failure-of.js';
import { drawnFeatures, recipe } from '../support/labelled-features.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const [features, classes] = [5, 3];
const training = drawnFeatures(26, features, classes, 'training');
const validation = drawnFeatures(14, features, classes, 'validation');

interface Course {
  readonly state: HeadState;
  readonly figures: readonly EpochFigures[];
}

/** Goes on for so many epochs. */
function epochs(from: Course, config: RunConfig, count: number): Course {
  if (count === 0) return from;
  const { state, figures } = trainEpoch(from.state, config, training, validation);
  return epochs({ state, figures: [...from.figures, figures] }, config, count - 1);
}

function start(config: RunConfig): Course {
  return { state: startHead(config, features, classes), figures: [] };
}

const resumed = recipe({ epochs: 6, schedule: { kind: 'cosine' } });

for (const before of [0, 1, 2, 3, 5]) {
  test(`a run resumed from the checkpoint after epoch ${before} of 6 equals an uninterrupted one bit for bit`, async (t) => {
    const path = join(temporaryFolder(t), 'checkpoint.safetensors');
    const first = epochs(start(resumed), resumed, before);
    await writeCheckpoint(path, { state: first.state, seconds: 1 });
    const { state } = await readCheckpoint(path, features, classes);
    const second = epochs({ state, figures: first.figures }, resumed, 6 - before);
    assert.deepEqual(second, epochs(start(resumed), resumed, 6));
  });
}

describe('an epoch', () => {
  const still = { ...recipe(), optimizer: { ...recipe().optimizer, learningRate: 1e-30 } };

  test('lowers the loss of a problem that can be learned', () => {
    const { figures } = epochs(start(recipe()), recipe(), 5);
    assert.ok(figures[4].training.loss < figures[0].training.loss);
    assert.ok(figures[4].validation.loss < figures[0].validation.loss);
  });

  test('weights the last short batch by its size, and adds the penalty', () => {
    // 26 pictures in batches of 4 leave 2; with a rate of 1e-30 the weights stand still.
    const config = { ...still, regularisation: { lambda: 0.5 } };
    const { state, figures } = epochs(start(config), config, 1);
    const expected = score(state.head, training);
    const penalty = ridgePenalty(state.head.weights, 0.5);
    assert.ok(Math.abs(figures[0].training.loss - expected.loss - penalty) < 1e-12);
    assert.ok(Math.abs(figures[0].training.accuracy - expected.accuracy) < 1e-15);
    assert.equal(state.step, 7);
  });

  test('tells the validation loss without the penalty', () => {
    const config = { ...still, regularisation: { lambda: 0.5 } };
    const { state, figures } = epochs(start(config), config, 1);
    assert.deepEqual(figures[0].validation, score(state.head, validation));
  });

  test('of one batch larger than the set is one step', () => {
    const config = recipe({ batchSize: 100 });
    assert.equal(epochs(start(config), config, 2).state.step, 2);
  });

  test('meets the pictures in another order each time', () => {
    const { state } = epochs(start(recipe()), recipe(), 2);
    assert.notDeepEqual(state.random, start(recipe()).state.random);
  });

  test('tells the rate of its last update', () => {
    // 6 epochs of 7 steps; the last step of the first epoch is step 6 of 42
    const { figures } = epochs(start(resumed), resumed, 1);
    const rate = (resumed.optimizer.learningRate * (1 + Math.cos((Math.PI * 6) / 42))) / 2;
    assert.equal(figures[0].learningRate, rate);
  });

  test('keeps the head with the lowest validation loss as the best', () => {
    const { state, figures } = epochs(start(recipe()), recipe(), 6);
    const losses = figures.map((each) => each.validation.loss);
    assert.equal(state.watch.bestEpoch, 1 + losses.indexOf(Math.min(...losses)));
    assert.equal(score(state.best, validation).loss, Math.min(...losses));
  });

  test('does not change the best head afterwards', () => {
    const worse = { ...recipe(), optimizer: { ...recipe().optimizer, learningRate: 10 } };
    const good = epochs(start(recipe()), recipe(), 6);
    const best = structuredClone(good.state.best);
    assert.deepEqual(epochs(good, worse, 2).state.best, best);
  });

  test('whose loss is no number ends with the epoch and the rate', async () => {
    // beyond float32: the first update makes infinite weights
    const config = { ...recipe(), optimizer: { ...recipe().optimizer, learningRate: 1e39 } };
    const failure = await failureOf(() => epochs(start(config), config, 2));
    assert.deepEqual(failure, { code: 'diverged', epoch: 1, learningRate: 1e39 });
  });
});

describe('the same seed', () => {
  test('gives the same course', () => {
    assert.deepEqual(epochs(start(recipe()), recipe(), 3), epochs(start(recipe()), recipe(), 3));
  });

  test('is needed for the same course', () => {
    const other = recipe({ seed: 2 });
    assert.notDeepEqual(epochs(start(recipe()), recipe(), 1), epochs(start(other), other, 1));
  });
});

describe('training goes on', () => {
  const { state } = start(recipe());

  test('until the epochs are done', () => {
    assert.equal(goesOn({ ...state, epoch: 5 }, recipe()), true);
    assert.equal(goesOn({ ...state, epoch: 6 }, recipe()), false);
  });

  test('until early stopping ends it', () => {
    const { patience } = recipe().earlyStopping;
    assert.equal(goesOn({ ...state, watch: { ...state.watch, waited: patience - 1 } }, recipe()), true);
    assert.equal(goesOn({ ...state, watch: { ...state.watch, waited: patience } }, recipe()), false);
  });
});
