import assert from 'node:assert/strict';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { lineOf, linesOf, temporaryCli } from '../support/cli.js';
import { drawSet, motifs } from '../support/drawn-pictures.js';
import { folderState } from '../support/folder-state.js';

const cli = temporaryCli({ after });
const good = cli.at('good');
const quick = ['--set', 'inputSize=64', '--set', 'epochs=2'];

before(async () => {
  await drawSet(good, { each: 5 });
});

/** A folder that cannot be trained: what is wrong, how it is made, the exit code, the failure's code, its words. */
const cases: readonly [string, (at: string) => void | Promise<unknown>, string, RegExp][] = [
  ['a missing folder', () => undefined, 'path-missing', /There is nothing at/],
  ['an empty folder', (at) => mkdirSync(at), 'folder-empty', /no files/],
  [
    'a folder with nothing but system files',
    (at) => fill(at, { '.DS_Store': '', 'a/Thumbs.db': '' }),
    'folder-empty',
    /no files/,
  ],
  ['a file', (at) => writeFileSync(at, 'x'), 'not-a-folder', /is a file/],
  ['one class', (at) => drawSet(at, { each: 3, classes: { discs: motifs.discs } }), 'one-class', /"discs"/],
  [
    'a class with one picture',
    (at) => withPictures(at, 1),
    'class-too-small',
    /"extra" has only 1 usable picture/,
  ],
  [
    'a class with two pictures',
    (at) => withPictures(at, 2),
    'class-too-small',
    /"extra" has only 2 usable pictures/,
  ],
  [
    'loose pictures',
    (at) => cpSync(join(good, 'discs'), at, { recursive: true }),
    'pictures-loose',
    /5 files .* lie loose/,
  ],
  [
    'broken pictures only',
    (at) => fill(at, { 'a/1.png': 'x', 'a/2.jpg': '', 'b/1.png': 'y' }),
    'no-pictures',
    /None of the 3 files.*not a picture 2, empty 1/,
  ],
  ['a class of which all but one are broken', breakAll, 'class-too-small', /"discs" has only 1 usable/],
];

describe('train ends with 3 and one line, and writes nothing, for', () => {
  for (const [what, make, code, says] of cases) {
    test(what, async () => {
      const pictures = cli.at(what);
      await make(pictures);
      const before = existsSync(pictures) ? stateOf(pictures) : [];
      const ended = await cli.json(['train', pictures, '--out', cli.at('runs', what), ...quick]);
      assert.equal(ended.code, 3);
      const failure = lineOf(ended.lines, 'failure');
      assert.equal(ended.lines.at(-1), failure);
      assert.equal(failure['code'], code);
      assert.match(String(failure['message']), says);
      assert.match(String(failure['remedy']), /^.+\.$/);
      assert.equal(existsSync(cli.at('runs', what)), false);
      assert.deepEqual(existsSync(pictures) ? stateOf(pictures) : [], before);
    });

    test(`${what}: import says the same, but for what only a run needs`, async () => {
      const onlyOfRuns = ['one-class', 'class-too-small'].includes(code);
      const ended = await cli.json(['import', cli.at(what), '--project', cli.at('projects', what)]);
      assert.equal(ended.code, onlyOfRuns ? 0 : 3);
      assert.equal(ended.lines.at(-1)?.[onlyOfRuns ? 'event' : 'code'], onlyOfRuns ? 'finished' : code);
      assert.equal(existsSync(cli.at('projects', what)), onlyOfRuns);
    });
  }

  test('nothing but the pictures, and of failed runs no trace in the home folder', async (t) => {
    const own = temporaryCli(t);
    mkdirSync(own.at('photos'));
    await own.json(['train', own.at('photos')]);
    await drawSet(own.at('photos'), { each: 4 });
    const { lines } = await own.json(['train', own.at('photos'), ...quick]);
    assert.equal(lineOf(lines, 'finished')['run'], join(own.home, 'photos', 'runs', '1'));
  });
});

describe('train goes on without', () => {
  test('one broken picture among good ones, and the import names it with its reason', async () => {
    const pictures = cli.at('one-broken');
    cpSync(good, pictures, { recursive: true });
    truncateSync(join(pictures, 'discs', '00.png'), 60);
    const trained = await cli.json(['train', pictures, '--out', cli.at('runs', 'one-broken'), ...quick]);
    assert.equal(trained.code, 0);
    const data = readFileSync(cli.at('runs', 'one-broken', 'data.json'), 'utf8');
    assert.equal((JSON.parse(data) as { pictures: unknown[] }).pictures.length, 14);
    const { lines } = await cli.json(['import', pictures, '--files']);
    const leftOut = linesOf(lines, 'file').filter((line) => line['outcome'] === 'left-out');
    assert.deepEqual(
      leftOut.map((line) => line['path']),
      [join(pictures, 'discs', '00.png')],
    );
    assert.match(String(leftOut[0]['reason']), /^(truncated|unreadable)$/);
    assert.match(String(leftOut[0]['detail']), /^left out: /);
  });

  test('a class none of whose files can be used, and says so', async () => {
    const pictures = cli.at('dead-class');
    cpSync(good, pictures, { recursive: true });
    fill(join(pictures, 'dead'), { '1.png': '', '2.png': 'x' });
    const { code, lines } = await cli.json(['train', pictures, '--out', cli.at('runs', 'dead'), ...quick]);
    assert.equal(code, 0);
    const [note] = linesOf(lines, 'note').filter((line) => line['code'] === 'class-without-pictures');
    assert.match(String(note['message']), /"dead"/);
  });

  test('a folder that links back to itself', { skip: process.platform === 'win32' }, async () => {
    const pictures = cli.at('circle');
    cpSync(good, pictures, { recursive: true });
    symlinkSync(pictures, join(pictures, 'discs', 'up'));
    const { code, lines } = await cli.json(['train', pictures, '--out', cli.at('runs', 'circle'), ...quick]);
    assert.equal(code, 0);
    assert.equal(lineOf(lines, 'finished')['computed'], 0);
  });
});

describe('a split file that', () => {
  const files: readonly [string, string, string, RegExp][] = [
    ['lacks a column', 'file,split\na,test\n', 'split-unreadable', /line 1/],
    ['is empty', '', 'split-unreadable', /line 1/],
    ['names a file twice', 'file,class\nx/1.png,x\nx/1.png,x\n', 'split-unreadable', /line 3/],
    [
      'has an unknown part',
      'file,class,split\nx/1.png,x,practice\n',
      'split-unreadable',
      /line 2: "practice" is no part/,
    ],
    ['has an open quote', 'file,class\n"x/1.png,x\n', 'split-unreadable', /cannot be used/],
    ['names no file of the folder', 'file,class\nx/1.png,x\n', 'split-matches-nothing', /"x\/1\.png"/],
    [
      'gives training nothing',
      'file,class,split\ndiscs/00.png,discs,test\nboxes/00.png,boxes,validation\n',
      'part-empty',
      /training/,
    ],
  ];
  for (const [what, text, code, says] of files) {
    test(`${what} is refused`, async () => {
      const path = cli.at(`${what}.csv`);
      writeFileSync(path, text);
      const run = cli.at('runs', `split ${what}`);
      const ended = await cli.json(['train', good, '--out', run, '--split', path, ...quick]);
      assert.equal(ended.code, 3);
      assert.equal(lineOf(ended.lines, 'failure')['code'], code);
      assert.match(String(lineOf(ended.lines, 'failure')['message']), says);
      assert.equal(existsSync(run), false);
    });
  }

  test('does not exist is refused', async () => {
    const ended = await cli.json([
      'train',
      good,
      '--out',
      cli.at('runs', 'no-split'),
      '--split',
      cli.at('no.csv'),
    ]);
    assert.equal(ended.code, 3);
    assert.equal(lineOf(ended.lines, 'failure')['code'], 'path-missing');
  });
});

describe('--out', () => {
  /** Where a run must not go: what it is, the folder given to --out, and what is made beforehand. */
  const places: readonly [string, string, () => void][] = [
    ["the pictures' folder itself", good, () => undefined],
    ["a folder in the pictures' folder", join(good, 'run'), () => undefined],
    ['a folder in it whose name starts with two dots', join(good, '..run'), () => undefined],
    [
      'a folder in it, reached through a link',
      cli.at('link', 'run'),
      () => symlinkSync(good, cli.at('link'), 'junction'),
    ],
  ];
  for (const [what, run, prepare] of places) {
    test(`${what} is refused with 2 and nothing is written there`, async () => {
      prepare();
      const before = folderState(good);
      const { code, lines } = await cli.json(['train', good, '--out', run, ...quick]);
      const after = folderState(good);
      rmSync(join(good, '..run'), { recursive: true, force: true });
      rmSync(join(good, 'run'), { recursive: true, force: true });
      rmSync(join(good, 'run.project'), { recursive: true, force: true });
      rmSync(join(good, '..run.project'), { recursive: true, force: true });
      assert.deepEqual(after, before);
      assert.equal(code, 2);
      assert.equal(lineOf(lines, 'failure')['code'], 'pictures-in-output');
    });
  }

  test('a folder that holds something is refused with 2 and left alone', async () => {
    fill(cli.at('mine'), { 'a.txt': 'mine' });
    const before = folderState(cli.at('mine'));
    const { code, lines } = await cli.json(['train', good, '--out', cli.at('mine'), ...quick]);
    assert.equal(code, 2);
    assert.equal(lineOf(lines, 'failure')['code'], 'run-exists');
    assert.deepEqual(folderState(cli.at('mine')), before);
  });

  test('a file is refused with 2 and left alone', async () => {
    writeFileSync(cli.at('file'), 'mine');
    const { code, lines } = await cli.json(['train', good, '--out', cli.at('file'), ...quick]);
    assert.equal(code, 2);
    assert.equal(lineOf(lines, 'failure')['code'], 'run-exists');
  });

  test('a folder below a file is refused with a sentence', async () => {
    writeFileSync(cli.at('file2'), 'mine');
    const { code, lines } = await cli.json(['train', good, '--out', cli.at('file2', 'run'), ...quick]);
    assert.equal(code, 1);
    assert.equal(lineOf(lines, 'failure')['code'], 'write-failed');
  });
});

function stateOf(path: string): readonly string[] {
  return statSync(path).isDirectory() ? folderState(path) : [readFileSync(path, 'utf8')];
}

function fill(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, text);
  }
}

/** The good set with another class of so many pictures. */
async function withPictures(folder: string, count: number): Promise<void> {
  cpSync(good, folder, { recursive: true });
  await drawSet(folder, { seed: 9, each: count, classes: { extra: motifs.discs } });
}

function breakAll(folder: string): void {
  cpSync(good, folder, { recursive: true });
  for (const name of readdirSync(join(folder, 'discs')).slice(1))
    writeFileSync(join(folder, 'discs', name), 'x');
}
