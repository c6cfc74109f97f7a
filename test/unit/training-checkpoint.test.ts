import assert from 'node:assert/strict';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { readSafetensors, writeSafetensors } from '../../src/engine/graph/safetensors.js';
import { readCheckpoint, writeCheckpoint } from '../../src/engine/training/checkpoint.js';
import { startHead, trainEpoch } from '../../src/engine/training/head-loop.js';
import { failWrites } from '../support/disk-faults.js';
import { failureOf } from '../support/failure-of.js';
import { drawnFeatures, recipe } from '../support/labelled-features.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const [features, classes] = [5, 3];
const untrained = startHead(recipe(), features, classes);
const { state: trained } = trainEpoch(
  startHead(recipe(), features, classes),
  recipe(),
  drawnFeatures(10, features, classes),
  drawnFeatures(6, features, classes, 'validation'),
);

async function written(t: TestContext, state = trained): Promise<string> {
  const path = join(temporaryFolder(t), 'checkpoint.safetensors');
  await writeCheckpoint(path, { state, seconds: 1.5 });
  return path;
}

describe('a checkpoint', () => {
  test('gives back the whole state', async (t) => {
    const path = await written(t);
    assert.deepEqual(await readCheckpoint(path, features, classes), { state: trained, seconds: 1.5 });
  });

  test('before the first epoch gives back that nothing was watched', async (t) => {
    const path = await written(t, untrained);
    const { state } = await readCheckpoint(path, features, classes);
    assert.deepEqual(state, untrained);
    assert.equal(state.watch.best, Infinity);
  });

  test('takes the place of the former one', async (t) => {
    const path = await written(t, untrained);
    await writeCheckpoint(path, { state: trained, seconds: 2 });
    assert.equal((await readCheckpoint(path, features, classes)).state.epoch, 1);
    assert.deepEqual(readdirSync(dirname(path)), ['checkpoint.safetensors']);
  });

  test('that could not be written leaves the former one', async (t) => {
    const path = await written(t, untrained);
    failWrites(t, 'ENOSPC');
    const failure = await failureOf(() => writeCheckpoint(path, { state: trained, seconds: 2 }));
    assert.deepEqual(failure, { code: 'disk-full', path });
    assert.equal((await readCheckpoint(path, features, classes)).state.epoch, 0);
  });

  test('of a head with other features is damaged', async (t) => {
    const path = await written(t);
    const failure = { code: 'file-damaged', path, problem: 'head/weights' };
    assert.deepEqual(await failureOf(() => readCheckpoint(path, features + 1, classes)), failure);
  });

  test('of a head with other classes is damaged', async (t) => {
    const path = await written(t);
    assert.equal((await failureOf(() => readCheckpoint(path, features, classes + 1))).code, 'file-damaged');
  });

  test('cut at any of its bytes is damaged', async (t) => {
    const path = await written(t);
    const whole = readFileSync(path);
    const cuts = Array.from({ length: Math.ceil(whole.length / 7) }, (_, i) => 7 * i);
    const codes = cuts.map(async (cut) => {
      const part = `${path}.${cut}`;
      writeFileSync(part, whole.subarray(0, cut));
      return (await failureOf(() => readCheckpoint(part, features, classes))).code;
    });
    assert.deepEqual(
      await Promise.all(codes),
      cuts.map(() => 'file-damaged'),
    );
  });

  for (const name of ['head/bias', 'best/weights', 'moments/weights/second', 'moments/bias/first']) {
    test(`without ${name} is damaged`, async (t) => {
      const path = await written(t);
      const { weights, metadata } = await readSafetensors(path);
      const left = new Map([...weights].filter(([each]) => each !== name));
      await writeSafetensors(path, left, metadata);
      const failure = { code: 'file-damaged', path, problem: name };
      assert.deepEqual(await failureOf(() => readCheckpoint(path, features, classes)), failure);
    });
  }

  for (const progress of ['', '{', '{}', '{"version":2}', 'null']) {
    test(`whose progress is "${progress}" is damaged`, async (t) => {
      const path = await written(t);
      const { weights } = await readSafetensors(path);
      await writeSafetensors(path, weights, { progress });
      const failure = { code: 'file-damaged', path, problem: 'progress' };
      assert.deepEqual(await failureOf(() => readCheckpoint(path, features, classes)), failure);
    });
  }

  test('that is missing is path-missing', async (t) => {
    const path = join(temporaryFolder(t), 'missing');
    const failure = { code: 'path-missing', path };
    assert.deepEqual(await failureOf(() => readCheckpoint(path, features, classes)), failure);
  });
});
