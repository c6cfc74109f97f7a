import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { readSafetensors, tensorOf } from '../../src/engine/graph/safetensors.js';
import { createEngine } from '../../src/engine/serve.js';
import type { EpochEvent } from '../../src/shared/contract/events.js';
import { FailureError } from '../../src/shared/contract/failures.js';
import type { Preprocessing } from '../../src/shared/contract/preprocessing.js';
import type { Report } from '../../src/shared/contract/report.js';
import { checkedConfig, settingPaths, withSetting, type Draft } from '../../src/shared/contract/settings.js';
import { drawSet } from '../support/drawn-pictures.js';
import { repositoryRoot } from '../support/repository.js';

/** A control that has no effect is a bug: each setting is changed alone, and the result must change as promised. */
const folder = mkdtempSync(join(tmpdir(), 'headstart-controls-'));
const pictures = join(folder, 'pictures');
const places = { resources: join(repositoryRoot, 'resources'), cache: join(folder, 'cache'), home: folder };
const engine = createEngine(places);

/** What a run came to. */
interface Outcome {
  readonly report: Report;
  readonly preprocessing: Preprocessing;
  readonly epochs: readonly EpochEvent[];
  /** Of the head that was kept [features, classes]. */
  readonly kernel: Float32Array;
  readonly testFiles: readonly string[];
  /** Updates of the whole training. */
  readonly steps: number;
}

const basis = { inputSize: '64', epochs: '8', 'earlyStopping.enabled': 'false' };
const outcomes = new Map<string, Promise<Outcome>>();

/** Trains with some settings other than the basis; the same ones are trained once. */
function trained(settings: Readonly<Record<string, string>> = {}): Promise<Outcome> {
  const all = { ...basis, ...settings };
  const key = JSON.stringify(Object.entries(all).sort());
  const known = outcomes.get(key) ?? train(join(folder, `run ${outcomes.size}`), all);
  outcomes.set(key, known);
  return known;
}

async function train(run: string, settings: Readonly<Record<string, string>>): Promise<Outcome> {
  const draft = Object.entries(settings).reduce<Draft>(
    (all, [path, value]) => withSetting(all, path, value),
    {},
  );
  const epochs: EpochEvent[] = [];
  const params = { folder: pictures, run, splitFile: null, config: checkedConfig(draft) };
  const { report } = await engine.call('run.start', params, {
    onEvent: (event) => {
      if (event.event === 'epoch') epochs.push(event);
    },
  });
  const { weights } = await readSafetensors(join(run, 'head.safetensors'));
  const { metadata } = await readSafetensors(join(run, 'checkpoint.safetensors'));
  const data = json(join(run, 'data.json')) as { pictures: { file: string; part: string }[] };
  return {
    report,
    preprocessing: json(join(run, 'preprocessing.json')) as Preprocessing,
    epochs,
    kernel: tensorOf(weights, 'head/kernel').values,
    testFiles: data.pictures.filter(({ part }) => part === 'test').map(({ file }) => file),
    steps: (JSON.parse(metadata['progress']) as { step: number }).step,
  };
}

/** For every setting: what changes when it is changed. */
const controls: Readonly<Record<string, () => Promise<void>>> = {
  strategy: () => assertRefused('strategy', 'medium', 'small'),

  network: async () => {
    const [lite0, lite1] = [await trained(), await trained({ network: 'efficientnet-lite1' })];
    assert.deepEqual(
      [lite0.report.network, lite1.report.network],
      ['efficientnet-lite0', 'efficientnet-lite1'],
    );
    assert.equal(lite1.report.computed, 36);
    assert.notDeepEqual(lite1.kernel, lite0.kernel);
  },

  inputSize: async () => {
    const [small, large] = [await trained(), await trained({ inputSize: '96' })];
    assert.deepEqual([small.preprocessing.size, large.preprocessing.size], [64, 96]);
    assert.equal(large.report.computed, 36);
    assert.notDeepEqual(large.kernel, small.kernel);
  },

  crop: async () => {
    const kinds = ['centre-square', 'fit-and-pad', 'stretch'] as const;
    const runs = [];
    for (const crop of kinds) runs.push(await trained({ crop }));
    assert.deepEqual(
      runs.map(({ preprocessing }) => preprocessing.crop),
      kinds,
    );
    assert.equal(new Set(runs.map(({ kernel }) => kernel.join())).size, 3);
  },

  seed: async () => {
    const [one, two] = [await trained(), await trained({ seed: '2' })];
    assert.notDeepEqual(two.testFiles, one.testFiles);
    assert.notDeepEqual(two.kernel, one.kernel);
  },

  'split.validation': async () => {
    const [few, many] = [await trained(), await trained({ 'split.validation': '0.4' })];
    // Of 12 pictures a class: round(0.15 x 12) = 2 and round(0.4 x 12) = 5.
    assert.deepEqual([few.report.validation.count, many.report.validation.count], [6, 15]);
    assert.deepEqual(many.testFiles, few.testFiles);
  },

  'split.test': async () => {
    const [few, many] = [await trained(), await trained({ 'split.test': '0.4' })];
    assert.deepEqual([few.report.test.count, many.report.test.count], [6, 15]);
    assert.deepEqual([few.report.validation.count, many.report.validation.count], [6, 6]);
  },

  epochs: async () => {
    const [three, eight] = [await trained({ epochs: '3' }), await trained()];
    assert.deepEqual([three.report.epochs, eight.report.epochs], [3, 8]);
    assert.notDeepEqual(three.kernel, eight.kernel);
  },

  batchSize: async () => {
    const [small, large] = [await trained({ batchSize: '5' }), await trained({ batchSize: '24' })];
    // 24 pictures to learn from: 5 and 1 updates in each of 8 epochs.
    assert.deepEqual([small.steps, large.steps], [40, 8]);
    assert.notDeepEqual(small.kernel, large.kernel);
  },

  'optimizer.kind': () => assertRefused('optimizer.kind', 'sgd', 'adam'),

  'optimizer.learningRate': async () => {
    const [slow, fast] = [await trained({ 'optimizer.learningRate': '1e-5' }), await trained()];
    assert.deepEqual([slow.epochs[0].learningRate, fast.epochs[0].learningRate], [1e-5, 1e-3]);
    assert.ok(lastLoss(slow) > lastLoss(fast));
  },

  'optimizer.beta1': async () => {
    assert.notDeepEqual((await trained({ 'optimizer.beta1': '0' })).kernel, (await trained()).kernel);
  },

  'optimizer.beta2': async () => {
    assert.notDeepEqual((await trained({ 'optimizer.beta2': '0.5' })).kernel, (await trained()).kernel);
  },

  'optimizer.epsilon': async () => {
    // A large one makes every step smaller.
    const [large, tiny] = [await trained({ 'optimizer.epsilon': '1' }), await trained()];
    assert.ok(lastLoss(large) > lastLoss(tiny));
  },

  'schedule.kind': async () => {
    const [constant, cosine] = [await trained(), await trained({ 'schedule.kind': 'cosine' })];
    const rates = cosine.epochs.map(({ learningRate }) => learningRate);
    assert.deepEqual([...new Set(constant.epochs.map(({ learningRate }) => learningRate))], [1e-3]);
    assert.deepEqual(
      rates,
      [...rates].sort((a, b) => b - a),
    );
    assert.equal(new Set(rates).size, 8);
    assert.notDeepEqual(cosine.kernel, constant.kernel);
  },

  'head.initialisation': async () => {
    const whole = { batchSize: '24', 'regularisation.lambda': '0' };
    const zeros = await trained({ ...whole, 'head.initialisation': 'zeros' });
    const xavier = await trained(whole);
    // All three classes are equally likely before the first update: the loss is log 3.
    assert.ok(Math.abs(zeros.epochs[0].training.loss - Math.log(3)) < 1e-6);
    assert.ok(Math.abs(xavier.epochs[0].training.loss - Math.log(3)) > 1e-3);
  },

  'regularisation.lambda': async () => {
    const norms = [];
    for (const lambda of ['0', '0.01', '1'])
      norms.push(norm(await trained({ 'regularisation.lambda': lambda })));
    assert.ok(norms[0] > norms[1] && norms[1] > norms[2], norms.join());
  },

  'earlyStopping.enabled': async () => {
    const strict = { epochs: '40', 'earlyStopping.patience': '1', 'earlyStopping.minimumChange': '1' };
    const [on, off] = [await trained({ ...strict, 'earlyStopping.enabled': 'true' }), await trained(strict)];
    assert.ok(on.report.epochs < 40);
    assert.equal(on.report.stoppedEarly, true);
    assert.deepEqual([off.report.epochs, off.report.stoppedEarly], [40, false]);
  },

  'earlyStopping.patience': async () => {
    const epochs = [];
    for (const patience of ['1', '4', '12']) {
      const settings = { 'earlyStopping.enabled': 'true', 'earlyStopping.minimumChange': '1', epochs: '40' };
      epochs.push((await trained({ ...settings, 'earlyStopping.patience': patience })).report.epochs);
    }
    assert.ok(epochs[0] < epochs[1] && epochs[1] < epochs[2] && epochs[2] < 40, epochs.join());
  },

  'earlyStopping.minimumChange': async () => {
    const epochs = [];
    for (const change of ['1', '0.01', '0']) {
      const settings = { 'earlyStopping.enabled': 'true', 'earlyStopping.patience': '2', epochs: '60' };
      epochs.push((await trained({ ...settings, 'earlyStopping.minimumChange': change })).report.epochs);
    }
    assert.ok(epochs[0] < epochs[1] && epochs[1] < epochs[2], epochs.join());
  },
};

describe('changing a setting changes the result:', () => {
  before(async () => {
    await drawSet(pictures, { noise: 0.6 });
    await trained();
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const path of settingPaths) {
    test(path, async () => {
      const control = controls[path];
      assert.ok(control, `the setting ${path} has no test that it has an effect`);
      await control();
    });
  }

  test('no other setting is tested', () => {
    assert.deepEqual(Object.keys(controls).sort(), [...settingPaths].sort());
  });

  test('and without a change there is none', async () => {
    const again = await train(join(folder, 'again'), basis);
    assert.deepEqual(again.kernel, (await trained()).kernel);
    assert.equal(again.report.computed, 0);
  });
});

/** The setting has one value so far: another one is refused, and the one is named. */
function assertRefused(path: string, value: string, only: string): Promise<void> {
  assert.throws(
    () => checkedConfig(withSetting({}, path, value)),
    (error) =>
      error instanceof FailureError &&
      error.failure.code === 'setting-out-of-range' &&
      error.failure.expected === only,
  );
  return Promise.resolve();
}

function lastLoss({ epochs }: Outcome): number {
  return epochs[epochs.length - 1].training.loss;
}

function norm({ kernel }: Outcome): number {
  return Math.hypot(...kernel);
}

function json(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}
