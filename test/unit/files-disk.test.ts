import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import {
  diskError,
  makeFolder,
  readJson,
  readWhole,
  writeAtomic,
  writeJson,
  writeNew,
} from '../../src/engine/files/disk.js';
import { FailureError } from '../../src/shared/contract/failures.js';
import { failWrites, failWritesWith } from '../support/disk-faults.js';
import { failureOf } from '../support/failure-of.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** What the system says, and what the user is told. */
const writeErrors = [
  { code: 'ENOSPC', failure: 'disk-full' },
  { code: 'EDQUOT', failure: 'disk-full' },
  { code: 'EACCES', failure: 'permission' },
  { code: 'EPERM', failure: 'permission' },
  { code: 'EROFS', failure: 'write-failed' },
  { code: 'EIO', failure: 'write-failed' },
] as const;

describe('writeAtomic', () => {
  test('writes the text, with missing folders, and leaves no other file', async (t) => {
    const folder = temporaryFolder(t);
    await writeAtomic(join(folder, 'a', 'b', 'file.txt'), 'text');
    assert.equal(readFileSync(join(folder, 'a', 'b', 'file.txt'), 'utf8'), 'text');
    assert.deepEqual(readdirSync(join(folder, 'a', 'b')), ['file.txt']);
  });

  test('writes bytes as they are', async (t) => {
    const path = join(temporaryFolder(t), 'file');
    await writeAtomic(path, Uint8Array.of(0, 255, 13, 10));
    assert.deepEqual([...readFileSync(path)], [0, 255, 13, 10]);
  });

  for (const { code, failure } of writeErrors) {
    test(`${code} while writing a new file is ${failure}, and nothing appears`, async (t) => {
      const folder = temporaryFolder(t);
      const path = join(folder, 'file.txt');
      failWrites(t, code);
      const told = await failureOf(() => writeAtomic(path, 'text'));
      assert.equal(told.code, failure);
      assert.ok('path' in told && told.path === path);
      assert.deepEqual(readdirSync(folder), []);
    });

    test(`${code} while writing over a file leaves the former one whole`, async (t) => {
      const folder = temporaryFolder(t);
      const path = join(folder, 'file.txt');
      writeFileSync(path, 'former');
      failWrites(t, code);
      await failureOf(() => writeAtomic(path, 'new'));
      assert.equal(readFileSync(path, 'utf8'), 'former');
      assert.deepEqual(readdirSync(folder), ['file.txt']);
    });
  }

  test('a folder in the place of the file is write-failed, and no temporary file stays', async (t) => {
    const folder = temporaryFolder(t);
    mkdirSync(join(folder, 'taken', 'inside'), { recursive: true });
    const told = await failureOf(() => writeAtomic(join(folder, 'taken'), 'text'));
    assert.equal(told.code, 'write-failed');
    assert.deepEqual(readdirSync(folder), ['taken']);
  });

  test('a file in the place of the folder is write-failed', async (t) => {
    const folder = temporaryFolder(t);
    writeFileSync(join(folder, 'file'), '');
    const told = await failureOf(() => writeAtomic(join(folder, 'file', 'below'), 'text'));
    assert.equal(told.code, 'write-failed');
  });

  test('an error that is not the disk’s passes unchanged, and nothing appears', async (t) => {
    const folder = temporaryFolder(t);
    const bug = new Error('a bug');
    failWritesWith(t, bug);
    await assert.rejects(writeAtomic(join(folder, 'file'), 'text'), bug);
    assert.deepEqual(readdirSync(folder), []);
  });

  test('two writers at once leave the whole text of one of them', async (t) => {
    const folder = temporaryFolder(t);
    const path = join(folder, 'file');
    const texts = ['a'.repeat(100_000), 'b'.repeat(100_000)];
    await Promise.all(texts.map((text) => writeAtomic(path, text)));
    assert.ok(texts.includes(readFileSync(path, 'utf8')));
    assert.deepEqual(readdirSync(folder), ['file']);
  });
});

test('writeNew refuses a file that is there, and leaves it', async (t) => {
  const path = join(temporaryFolder(t), 'file');
  await writeNew(path, 'first');
  assert.deepEqual(await failureOf(() => writeNew(path, 'second')), { code: 'output-exists', path });
  assert.equal(readFileSync(path, 'utf8'), 'first');
});

test('writeJson writes what readJson reads', async (t) => {
  const path = join(temporaryFolder(t), 'file.json');
  await writeJson(path, { name: 'é', list: [1, null] });
  assert.deepEqual(await readJson(path), { name: 'é', list: [1, null] });
});

test('readJson refuses a file that is cut off as damaged', async (t) => {
  const path = join(temporaryFolder(t), 'file.json');
  writeFileSync(path, '{"a": 1');
  assert.equal((await failureOf(() => readJson(path))).code, 'file-damaged');
});

test('readWhole of a missing file is path-missing', async (t) => {
  const path = join(temporaryFolder(t), 'missing');
  assert.deepEqual(await failureOf(() => readWhole(path)), { code: 'path-missing', path });
});

test('readWhole of a folder is read-failed', async (t) => {
  assert.equal((await failureOf(() => readWhole(temporaryFolder(t)))).code, 'read-failed');
});

test('a slice of what readWhole returns is a copy', async (t) => {
  const path = join(temporaryFolder(t), 'file');
  writeFileSync(path, 'abc');
  const bytes = await readWhole(path);
  bytes.slice(0, 1)[0] = 0;
  assert.equal(bytes[0], 97);
});

test('makeFolder on a full disk is disk-full', async (t) => {
  const path = join(temporaryFolder(t), 'folder');
  failWrites(t, 'ENOSPC');
  assert.deepEqual(await failureOf(() => makeFolder(path)), { code: 'disk-full', path });
});

test('diskError leaves a failure as it is', () => {
  const failure = new FailureError({ code: 'cancelled', run: null });
  assert.equal(diskError(failure, 'path', 'write'), failure);
});
