import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  defaultRunConfig,
  runConfigJsonSchema,
  runConfigSchema,
} from '../../src/shared/contract/run-config.js';
import { checkedConfig, settingPaths, withSetting } from '../../src/shared/contract/settings.js';
import { nearest } from '../../src/shared/nearest.js';
import { failureIn, failureOf } from '../support/failure-of.js';

/** Each setting with another valid value than its default, as text and as it stands in the config. */
const settings: readonly { readonly path: string; readonly text: string; readonly config: object }[] = [
  { path: 'network', text: 'efficientnet-lite1', config: { network: 'efficientnet-lite1' } },
  { path: 'inputSize', text: '160', config: { inputSize: 160 } },
  { path: 'crop', text: 'fit-and-pad', config: { crop: 'fit-and-pad' } },
  { path: 'seed', text: '4294967295', config: { seed: 4_294_967_295 } },
  { path: 'split.validation', text: '0.2', config: { split: { validation: 0.2 } } },
  { path: 'split.test', text: '0.02', config: { split: { test: 0.02 } } },
  { path: 'epochs', text: '7', config: { epochs: 7 } },
  { path: 'batchSize', text: '1', config: { batchSize: 1 } },
  { path: 'optimizer.learningRate', text: '1e-4', config: { optimizer: { learningRate: 1e-4 } } },
  { path: 'optimizer.beta1', text: '0', config: { optimizer: { beta1: 0 } } },
  { path: 'optimizer.beta2', text: '0.99', config: { optimizer: { beta2: 0.99 } } },
  { path: 'optimizer.epsilon', text: '1e-7', config: { optimizer: { epsilon: 1e-7 } } },
  { path: 'schedule.kind', text: 'cosine', config: { schedule: { kind: 'cosine' } } },
  { path: 'head.initialisation', text: 'zeros', config: { head: { initialisation: 'zeros' } } },
  { path: 'regularisation.lambda', text: '0.01', config: { regularisation: { lambda: 0.01 } } },
  { path: 'earlyStopping.enabled', text: 'false', config: { earlyStopping: { enabled: false } } },
  { path: 'earlyStopping.patience', text: '3', config: { earlyStopping: { patience: 3 } } },
  { path: 'earlyStopping.minimumChange', text: '0', config: { earlyStopping: { minimumChange: 0 } } },
];
/** Those of which this version has one choice. */
const single = [
  { path: 'strategy', text: 'small' },
  { path: 'optimizer.kind', text: 'adam' },
];

describe('settings', () => {
  test('are all listed, the version not among them', () => {
    const expected = [...settings.map(({ path }) => path), ...single.map(({ path }) => path)];
    assert.deepEqual([...settingPaths].sort(), expected.sort());
  });

  for (const { path, text, config } of settings) {
    test(`${path} can be set to ${text}, and nothing else changes`, () => {
      const draft = withSetting({}, path, text);
      assert.deepEqual(draft, config);
      const expected = runConfigSchema.parse(config);
      assert.deepEqual(checkedConfig(draft), expected);
      assert.notDeepEqual(expected, defaultRunConfig);
    });
  }

  for (const { path, text } of single) {
    test(`${path} can be set to its only choice`, () => {
      assert.deepEqual(checkedConfig(withSetting({}, path, text)), defaultRunConfig);
    });
  }

  test('of one group are set side by side', () => {
    const draft = withSetting(withSetting({}, 'split.test', '0.1'), 'split.validation', '0.2');
    assert.deepEqual(draft, { split: { test: 0.1, validation: 0.2 } });
  });

  test('are set without a change to the draft before', () => {
    const before = { optimizer: { beta1: 0.5 } };
    withSetting(before, 'optimizer.beta1', '0.6');
    assert.deepEqual(before, { optimizer: { beta1: 0.5 } });
  });

  test('that are null, as the input size by default, can be set to it', () => {
    assert.deepEqual(withSetting({ inputSize: 160 }, 'inputSize', 'null'), { inputSize: null });
  });
});

const unknown = [
  { path: 'epoch', nearest: 'epochs' },
  { path: 'learningRate', nearest: 'optimizer.learningRate' },
  { path: 'learningRat', nearest: 'optimizer.learningRate' },
  { path: 'lambda', nearest: 'regularisation.lambda' },
  { path: 'optimiser.learningRate', nearest: 'optimizer.learningRate' },
  { path: 'OPTIMIZER.BETA1', nearest: 'optimizer.beta1' },
] as const;

describe('an unknown setting', () => {
  for (const { path, nearest: meant } of unknown) {
    test(`"${path}" has the nearest ${meant}`, async () => {
      const failure = { code: 'unknown-setting', path, nearest: meant };
      assert.deepEqual(await failureOf(() => withSetting({}, path, '1')), failure);
    });
  }

  for (const path of ['', '__proto__', 'constructor.name', 'optimizer.__proto__', 'version']) {
    test(`"${path}" is refused, with some setting as the nearest`, async () => {
      const failure = await failureOf(() => withSetting({}, path, '1'));
      assert.equal(failure.code, 'unknown-setting');
      assert.ok('nearest' in failure && settingPaths.includes(failure.nearest));
    });
  }

  test('in a draft is named with its whole path', async () => {
    const failure = { code: 'unknown-setting', path: 'optimizer.beta', nearest: 'optimizer.beta1' };
    assert.deepEqual(await failureOf(() => checkedConfig({ optimizer: { beta: 1 } })), failure);
  });
});

const ranges = [
  { path: 'epochs', text: '0', expected: '>= 1', nearest: '1' },
  { path: 'epochs', text: '10001', expected: '<= 10000', nearest: '10000' },
  { path: 'epochs', text: '2.5', expected: 'int', nearest: '' },
  { path: 'epochs', text: 'many', expected: 'number', nearest: '' },
  { path: 'seed', text: '-1', expected: '>= 0', nearest: '0' },
  { path: 'seed', text: '1e20', expected: '<= 4294967295', nearest: '4294967295' },
  { path: 'seed', text: '-1e20', expected: '>= 0', nearest: '0' },
  { path: 'inputSize', text: '63', expected: '>= 64', nearest: '64' },
  { path: 'inputSize', text: '1000', expected: '<= 512', nearest: '512' },
  { path: 'inputSize', text: '100', expected: 'n x 32', nearest: '96' },
  { path: 'inputSize', text: '225', expected: 'n x 32', nearest: '224' },
  { path: 'split.test', text: '0.5', expected: '<= 0.4', nearest: '0.4' },
  { path: 'split.validation', text: '0', expected: '>= 0.02', nearest: '0.02' },
  { path: 'optimizer.learningRate', text: '0', expected: '> 0', nearest: '0.001' },
  { path: 'optimizer.learningRate', text: '11', expected: '<= 10', nearest: '10' },
  { path: 'optimizer.beta1', text: '1', expected: '<= 0.9999', nearest: '0.9999' },
  {
    path: 'crop',
    text: 'center-square',
    expected: 'centre-square | fit-and-pad | stretch',
    nearest: 'centre-square',
  },
  { path: 'schedule.kind', text: 'cosin', expected: 'constant | cosine', nearest: 'cosine' },
  { path: 'strategy', text: 'large', expected: 'small', nearest: '' },
  { path: 'earlyStopping.enabled', text: 'yes', expected: 'boolean', nearest: '' },
] as const;

describe('a setting out of range', () => {
  for (const { path, text, expected, nearest: valid } of ranges) {
    test(`${path}=${text}: takes ${expected}, nearest ${valid === '' ? 'not told' : valid}`, async () => {
      const found = await failureOf(() => checkedConfig(withSetting({}, path, text)));
      assert.equal(found.code, 'setting-out-of-range');
      assert.deepEqual(
        { ...found, value: '' },
        { code: 'setting-out-of-range', path, value: '', expected, nearest: valid },
      );
    });
  }

  for (const { path, nearest: valid } of ranges.filter((each) => each.nearest !== '')) {
    test(`${path}: the nearest value ${valid} is valid`, () => {
      checkedConfig(withSetting({}, path, valid));
    });
  }

  test('tells the value that was given', async () => {
    const found = await failureOf(() => checkedConfig({ crop: 'round' }));
    assert.ok('value' in found && found.value === '"round"');
  });
});

test('any draft is accepted or refused', async () => {
  const draft = fc.oneof(
    fc.jsonValue(),
    fc.dictionary(fc.constantFrom('epochs', 'crop', 'optimizer', 'inputSize', '__proto__'), fc.jsonValue()),
  );
  const property = fc.asyncProperty(draft, async (each) => {
    await failureIn(() => checkedConfig(each));
  });
  await fc.assert(property, { numRuns: 300 });
});

test('the defaults are a valid config, which the schema leaves as it is', () => {
  assert.deepEqual(runConfigSchema.parse(defaultRunConfig), defaultRunConfig);
  assert.deepEqual(checkedConfig({}), defaultRunConfig);
});

test('the JSON schema names every group of settings', () => {
  const schema = runConfigJsonSchema();
  assert.ok('properties' in schema && typeof schema.properties === 'object' && schema.properties !== null);
  assert.deepEqual(Object.keys(schema.properties), Object.keys(defaultRunConfig));
});

const nearests = [
  { word: 'trian', candidates: ['train', 'predict'], found: 'train' },
  { word: 'TRAIN', candidates: ['train', 'predict'], found: 'train' },
  { word: 'xyz', candidates: ['train', 'predict'], found: '' },
  { word: 'ab', candidates: ['abcd', 'a'], found: 'a' },
  { word: 'anything', candidates: [], found: '' },
  // 3 replacements of 6 letters are still half of the word
  { word: 'kitten', candidates: ['sitting'], found: 'sitting' },
  // 4 of 6 are more
  { word: 'kitten', candidates: ['mittagong'], found: '' },
];

for (const { word, candidates, found } of nearests) {
  test(`nearest to "${word}" among [${candidates.join(', ')}] is "${found}"`, () => {
    assert.equal(nearest(word, candidates), found);
  });
}
