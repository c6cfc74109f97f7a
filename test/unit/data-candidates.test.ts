import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { candidatesIn } from '../../src/engine/data/candidates.js';
import { failureOf } from '../support/failure-of.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** Pictures in a folder, and a split file beside it. */
function setUp(t: TestContext, files: readonly string[], rows: readonly string[]) {
  const above = temporaryFolder(t);
  const folder = join(above, 'pictures');
  files.map((file) => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), file);
  });
  const splitFile = join(above, 'split.csv');
  writeFileSync(splitFile, ['file,class,split', ...rows, ''].join('\n'));
  return { folder, splitFile };
}

test('without a split file the folders decide, and loose files stay outside', async (t) => {
  const { folder } = setUp(t, ['cat/1.jpg', 'dog/2.jpg', 'loose.jpg', 'cat/.DS_Store'], []);
  assert.deepEqual(await candidatesIn(folder, null), {
    root: folder,
    files: [
      { file: 'cat/1.jpg', class: 'cat', part: undefined },
      { file: 'dog/2.jpg', class: 'dog', part: undefined },
    ],
    outside: ['loose.jpg'],
    junk: 1,
    notes: [],
  });
});

test('a split file decides classes and parts, and what it leaves out is told', async (t) => {
  const files = ['cat/1.jpg', 'cat/2.jpg', 'dog/1.jpg', 'dog/3.jpg'];
  const rows = ['cat/1.jpg,cat,train', 'cat/2.jpg,dog,test', 'dog/1.jpg,dog,', 'dog/9.jpg,dog,test'];
  const { folder, splitFile } = setUp(t, files, rows);
  assert.deepEqual(await candidatesIn(folder, splitFile), {
    root: folder,
    files: [
      { file: 'cat/1.jpg', class: 'cat', part: 'training' },
      { file: 'cat/2.jpg', class: 'dog', part: 'test' },
      { file: 'dog/1.jpg', class: 'dog', part: undefined },
    ],
    outside: ['dog/3.jpg'],
    junk: 0,
    notes: [
      { code: 'rows-without-file', count: 1, example: 'dog/9.jpg' },
      { code: 'files-without-row', count: 1, example: 'dog/3.jpg' },
      { code: 'class-unlike-folder', count: 1, example: 'cat/2.jpg' },
    ],
  });
});

test('a split file that names none of the files is refused with an example', async (t) => {
  const { folder, splitFile } = setUp(t, ['cat/1.jpg', 'dog/1.jpg'], ['bird/1.jpg,bird,test']);
  const failure = { code: 'split-matches-nothing', path: splitFile, folder, example: 'bird/1.jpg' };
  assert.deepEqual(await failureOf(() => candidatesIn(folder, splitFile)), failure);
});
