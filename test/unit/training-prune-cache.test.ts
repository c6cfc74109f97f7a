import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { pruneFeatures } from '../../src/engine/training/prune-cache.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** A folder of 100 bytes that was last used at that second. */
function stored(parent: string, name: string, second: number): string {
  const folder = join(parent, name);
  mkdirSync(folder);
  writeFileSync(join(folder, 'a.rows'), new Uint8Array(100));
  writeFileSync(join(folder, 'last-used'), '');
  utimesSync(join(folder, 'last-used'), second, second);
  return folder;
}

describe('stored features over their budget', () => {
  test('lose the folder that was not used for the longest time', async (t) => {
    const parent = temporaryFolder(t);
    const inUse = stored(parent, 'now', 1);
    stored(parent, 'new', 3000);
    const old = stored(parent, 'old', 2000);
    assert.deepEqual(await pruneFeatures(inUse, parent, 250), [old]);
    assert.deepEqual(readdirSync(parent).sort(), ['new', 'now']);
  });

  test('keep the folder in use, whatever it takes', async (t) => {
    const parent = temporaryFolder(t);
    const inUse = stored(parent, 'now', 1);
    const other = stored(parent, 'other', 3000);
    assert.deepEqual(await pruneFeatures(inUse, parent, 10), [other]);
    assert.deepEqual(readdirSync(parent), ['now']);
  });

  test('count a folder as used from now on', async (t) => {
    const parent = temporaryFolder(t);
    const first = stored(parent, 'first', 1000);
    const second = stored(parent, 'second', 2000);
    await pruneFeatures(first, parent, 1000);
    assert.deepEqual(await pruneFeatures(first, parent, 150), [second]);
  });
});

describe('stored features within their budget', () => {
  test('are all kept', async (t) => {
    const parent = temporaryFolder(t);
    const inUse = stored(parent, 'now', 1);
    stored(parent, 'old', 2000);
    assert.deepEqual(await pruneFeatures(inUse, parent, 200), []);
    assert.deepEqual(readdirSync(parent).sort(), ['now', 'old']);
  });
});
