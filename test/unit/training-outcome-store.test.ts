import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { openOutcomeStore, type KnownOutcome } from '../../src/engine/training/outcome-store.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const used: KnownOutcome = { key: 'aa.jpg', width: 4, height: 3, notes: ['cmyk'], reason: null, facts: {} };
const refused: KnownOutcome = {
  key: 'bb.heic',
  width: 0,
  height: 0,
  notes: [],
  reason: 'unsupported-format',
  facts: { format: 'HEIC' },
};

async function fill(folder: string, outcomes: readonly KnownOutcome[]): Promise<void> {
  const store = await openOutcomeStore(folder);
  await Promise.all(outcomes.map((each) => store.add(each)));
  await store.close();
}

async function stored(folder: string, keys: readonly string[]): Promise<(KnownOutcome | undefined)[]> {
  const store = await openOutcomeStore(folder);
  await store.close();
  return keys.map((key) => store.get(key));
}

describe('a store of outcomes', () => {
  test('that is new is empty and makes no file', async (t) => {
    const folder = join(temporaryFolder(t), 'outcomes');
    assert.deepEqual(await stored(folder, ['aa.jpg']), [undefined]);
    assert.deepEqual(readdirSync(folder), []);
  });

  test('knows an outcome at once', async (t) => {
    const store = await openOutcomeStore(temporaryFolder(t));
    t.after(() => store.close());
    await store.add(used);
    assert.deepEqual(store.get('aa.jpg'), used);
  });

  test('gives back outcomes when it is opened again', async (t) => {
    const folder = temporaryFolder(t);
    await fill(folder, [used, refused]);
    assert.deepEqual(await stored(folder, ['aa.jpg', 'bb.heic', 'cc.png']), [used, refused, undefined]);
  });

  test('writes one file, however many are added at once', async (t) => {
    const folder = temporaryFolder(t);
    const many = Array.from({ length: 20 }, (_, i) => ({ ...used, key: `${i}.jpg` }));
    await fill(folder, many);
    assert.equal(readdirSync(folder).length, 1);
    assert.deepEqual(
      await stored(
        folder,
        many.map(({ key }) => key),
      ),
      many,
    );
  });

  test('that two write at once keeps the outcomes of both', async (t) => {
    const folder = temporaryFolder(t);
    await Promise.all([fill(folder, [used]), fill(folder, [refused])]);
    assert.deepEqual(await stored(folder, ['aa.jpg', 'bb.heic']), [used, refused]);
  });

  test('with a torn last line keeps the outcomes before it', async (t) => {
    const folder = temporaryFolder(t);
    await fill(folder, [used, refused]);
    const path = join(folder, readdirSync(folder)[0]);
    writeFileSync(path, readFileSync(path).subarray(0, -1));
    assert.deepEqual(await stored(folder, ['aa.jpg', 'bb.heic']), [used, undefined]);
  });

  test('ends before a reason that this version does not know', async (t) => {
    const folder = temporaryFolder(t);
    // as a later version may have written it
    await fill(folder, [used, { ...refused, reason: 'too-new' as 'empty' }]);
    assert.deepEqual(await stored(folder, ['aa.jpg', 'bb.heic']), [used, undefined]);
  });

  test('passes over files of other kinds', async (t) => {
    const folder = temporaryFolder(t);
    await fill(folder, [used]);
    writeFileSync(join(folder, 'note.txt'), 'text');
    assert.deepEqual(await stored(folder, ['aa.jpg']), [used]);
  });
});
