import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { listFiles, scan } from '../../src/engine/data/scan.js';
import { failureOf } from '../support/failure-of.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** A folder with these files; a name that ends in `/` is an empty folder. */
function folderWith(t: TestContext, names: readonly string[]): string {
  const root = temporaryFolder(t);
  for (const name of names) {
    const path = join(root, name);
    mkdirSync(name.endsWith('/') ? path : dirname(path), { recursive: true });
    if (!name.endsWith('/')) writeFileSync(path, name);
  }
  return root;
}

async function filesIn(folder: string): Promise<readonly string[]> {
  return (await scan(folder)).files.map(({ file }) => file);
}

/** Does the work while nobody may open the folder. */
async function whileClosed<T>(folder: string, work: () => Promise<T>): Promise<T> {
  chmodSync(folder, 0);
  try {
    return await work();
  } finally {
    chmodSync(folder, 0o700);
  }
}

const asRoot = process.getuid?.() === 0 ? 'the super-user may open every folder' : false;

describe('scanning', () => {
  test('lists files with their classes, sorted by code units', async (t) => {
    const root = folderWith(t, ['dog/b.jpg', 'dog/B.jpg', 'cat/1.jpg', 'cat/day/2.jpg']);
    assert.deepEqual(await scan(root), {
      root,
      layout: 'class',
      files: [
        { file: 'cat/1.jpg', class: 'cat', part: undefined },
        { file: 'cat/day/2.jpg', class: 'cat', part: undefined },
        { file: 'dog/B.jpg', class: 'dog', part: undefined },
        { file: 'dog/b.jpg', class: 'dog', part: undefined },
      ],
      junk: 0,
      closedFolders: [],
    });
  });

  test('gives the parts that the folders name', async (t) => {
    const root = folderWith(t, ['train/cat/1.jpg', 'val/cat/2.jpg', 'test/dog/3.jpg']);
    const { layout, files } = await scan(root);
    assert.equal(layout, 'split-class');
    assert.deepEqual(files, [
      { file: 'test/dog/3.jpg', class: 'dog', part: 'test' },
      { file: 'train/cat/1.jpg', class: 'cat', part: 'training' },
      { file: 'val/cat/2.jpg', class: 'cat', part: 'validation' },
    ]);
  });

  test('lists a loose file beside class folders without a class', async (t) => {
    const root = folderWith(t, ['cat/1.jpg', 'dog/1.jpg', 'loose.jpg']);
    const { files } = await scan(root);
    assert.deepEqual(files.at(-1), { file: 'loose.jpg', class: undefined, part: undefined });
  });

  test('counts what systems leave behind and does not list it', async (t) => {
    const root = folderWith(t, [
      'cat/1.jpg',
      'cat/.DS_Store',
      'cat/Thumbs.db',
      'dog/1.jpg',
      'dog/desktop.INI',
      '__MACOSX/cat/1.jpg',
      '.git/config',
    ]);
    const { files, junk } = await scan(root);
    assert.deepEqual(
      files.map(({ file }) => file),
      ['cat/1.jpg', 'dog/1.jpg'],
    );
    assert.equal(junk, 5);
  });

  test('steps into a lone folder that holds folders only', async (t) => {
    const root = folderWith(t, ['archive/cat/1.jpg', 'archive/dog/1.jpg', '.DS_Store']);
    const found = await scan(root);
    assert.equal(found.root, join(root, 'archive'));
    assert.deepEqual(
      found.files.map((each) => each.class),
      ['cat', 'dog'],
    );
  });

  test('does not step into a lone class', async (t) => {
    const root = folderWith(t, ['cat/1.jpg', 'cat/day/2.jpg']);
    const found = await scan(root);
    assert.equal(found.root, root);
    assert.deepEqual(
      found.files.map((each) => each.class),
      ['cat', 'cat'],
    );
  });

  test('does not step into a folder that lies beside a file', async (t) => {
    const root = folderWith(t, ['archive/cat/1.jpg', 'archive/dog/1.jpg', 'readme.txt']);
    assert.equal((await scan(root)).root, root);
  });

  test('keeps names as they are on disk', async (t) => {
    const names = ['a b/é ü.jpg', 'a b/😀.jpg', '__proto__/constructor'];
    const root = folderWith(t, names);
    assert.deepEqual(await filesIn(root), ['__proto__/constructor', 'a b/é ü.jpg', 'a b/😀.jpg']);
  });

  test('ends at a link that leads back up', async (t) => {
    const root = folderWith(t, ['cat/1.jpg', 'dog/1.jpg']);
    symlinkSync(root, join(root, 'cat', 'up'));
    symlinkSync('.', join(root, 'dog', 'self'));
    assert.deepEqual(await filesIn(root), ['cat/1.jpg', 'dog/1.jpg']);
  });

  test('follows a link to a folder elsewhere, and enters each folder once', async (t) => {
    const elsewhere = folderWith(t, ['1.jpg']);
    const root = folderWith(t, ['cat/1.jpg']);
    symlinkSync(elsewhere, join(root, 'dog'));
    symlinkSync(elsewhere, join(root, 'wolf'));
    assert.deepEqual(await filesIn(root), ['cat/1.jpg', 'dog/1.jpg']);
  });

  test('lists a link to a file, and one that leads nowhere', async (t) => {
    const root = folderWith(t, ['cat/1.jpg', 'dog/1.jpg']);
    symlinkSync('1.jpg', join(root, 'cat', 'copy.jpg'));
    symlinkSync('missing', join(root, 'cat', 'dangling.jpg'));
    symlinkSync('loop.jpg', join(root, 'cat', 'loop.jpg'));
    assert.deepEqual(await filesIn(root), [
      'cat/1.jpg',
      'cat/copy.jpg',
      'cat/dangling.jpg',
      'cat/loop.jpg',
      'dog/1.jpg',
    ]);
  });

  test('passes over a folder that it may not open, and names it', { skip: asRoot }, async (t) => {
    const root = folderWith(t, ['cat/1.jpg', 'dog/1.jpg', 'dog/closed/2.jpg']);
    const { files, closedFolders } = await whileClosed(join(root, 'dog', 'closed'), () => scan(root));
    assert.deepEqual(closedFolders, ['dog/closed']);
    assert.equal(files.length, 2);
  });
});

describe('scanning is refused', () => {
  test('where nothing is', async (t) => {
    const path = join(temporaryFolder(t), 'missing');
    assert.deepEqual(await failureOf(() => scan(path)), { code: 'path-missing', path });
  });

  test('below a file', async (t) => {
    const path = join(folderWith(t, ['file']), 'file', 'below');
    assert.deepEqual(await failureOf(() => scan(path)), { code: 'path-missing', path });
  });

  test('of a file', async (t) => {
    const path = join(folderWith(t, ['file']), 'file');
    assert.deepEqual(await failureOf(() => scan(path)), { code: 'not-a-folder', path });
  });

  test('of an empty folder', async (t) => {
    const path = temporaryFolder(t);
    assert.deepEqual(await failureOf(() => scan(path)), { code: 'folder-empty', path });
  });

  test('of a folder with empty folders and leftovers only', async (t) => {
    const path = folderWith(t, ['cat/', 'dog/', '.DS_Store']);
    assert.deepEqual(await failureOf(() => scan(path)), { code: 'folder-empty', path });
  });

  test('of loose files', async (t) => {
    const path = folderWith(t, ['1.jpg', '2.jpg']);
    assert.deepEqual(await failureOf(() => scan(path)), { code: 'pictures-loose', path, pictures: 2 });
  });

  test('of a folder that it may not open', { skip: asRoot }, async (t) => {
    const path = folderWith(t, ['cat/1.jpg']);
    const failure = await whileClosed(path, () => failureOf(() => scan(path)));
    assert.deepEqual(failure, { code: 'permission', path });
  });
});

describe('listing', () => {
  test('a file gives that file', async (t) => {
    const path = join(folderWith(t, ['1.jpg']), '1.jpg');
    assert.deepEqual(await listFiles(path), [path]);
  });

  test('a folder gives all files below it, sorted, without leftovers', async (t) => {
    const root = folderWith(t, ['b/2.jpg', 'a.jpg', '.hidden']);
    assert.deepEqual(await listFiles(root), [join(root, 'a.jpg'), join(root, 'b', '2.jpg')]);
  });
});
