import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { lineOf, linesOf, temporaryCli } from '../support/cli.js';
import { drawSet } from '../support/drawn-pictures.js';
import { filesBelow, folderState } from '../support/folder-state.js';

describe('import of a folder with all kinds of files', () => {
  const cli = temporaryCli({ after });
  const pictures = cli.at('pictures');
  let untouched: readonly string[];

  before(async () => {
    await drawSet(pictures, { each: 4 });
    copyFileSync(join(pictures, 'discs', '00.png'), join(pictures, 'discs', 'wrong.jpg'));
    writeFileSync(join(pictures, 'discs', 'notes.txt'), 'these are discs');
    writeFileSync(join(pictures, 'boxes', 'empty.png'), '');
    writeFileSync(join(pictures, 'loose.png'), readFileSync(join(pictures, 'bands', '00.png')));
    writeFileSync(join(pictures, '.DS_Store'), 'x');
    writeFileSync(join(pictures, 'bands', 'Thumbs.db'), 'x');
    mkdirSync(join(pictures, '__MACOSX'));
    writeFileSync(join(pictures, '__MACOSX', '._a.png'), 'x');
    untouched = folderState(pictures);
  });

  test('ends with one line that holds the fields of the contract', async () => {
    const { code, stderr, lines } = await cli.json(['import', pictures]);
    assert.equal(code, 0);
    assert.equal(stderr, '');
    assert.equal(lines.length, 1);
    assert.deepEqual(lineOf(lines, 'finished'), {
      event: 'finished',
      project: join(cli.home, 'pictures'),
      classes: [
        { name: 'bands', pictures: 4 },
        { name: 'boxes', pictures: 4 },
        { name: 'discs', pictures: 5 },
      ],
      used: 13,
      notes: 1,
      leftOut: 3,
      junk: 3,
      reasons: { empty: 1, 'not-a-picture': 1, 'no-class': 1 },
      noteCounts: { 'wrong-suffix': 1 },
    });
  });

  test('--files tells every file with its outcome and, where there is one, the reason', async () => {
    const { lines } = await cli.json(['import', pictures, '--files']);
    const files = linesOf(lines, 'file');
    const told = files
      .filter((line) => line['outcome'] !== 'used')
      .map(({ path, outcome, reason }) => [path, outcome, reason])
      .sort();
    assert.deepEqual(told, [
      [join(pictures, 'boxes', 'empty.png'), 'left-out', 'empty'],
      [join(pictures, 'discs', 'notes.txt'), 'left-out', 'not-a-picture'],
      [join(pictures, 'discs', 'wrong.jpg'), 'note', 'wrong-suffix'],
      [join(pictures, 'loose.png'), 'left-out', 'no-class'],
    ]);
    assert.equal(files.length, 16);
    assert.deepEqual(
      files.filter((line) => line['outcome'] !== 'used' && typeof line['detail'] !== 'string'),
      [],
    );
    assert.equal(lines.at(-1)?.['event'], 'finished');
  });

  test('without --json prints the classes, what was left out and why, and the sum', async () => {
    const { code, stdout } = await cli.run(['import', pictures]);
    assert.equal(code, 0);
    assert.match(stdout, /^bands +4$/m);
    assert.match(stdout, /^discs\/notes\.txt: left out: this is not a picture$/m);
    assert.match(stdout, /^loose\.png: left out: it lies in no class folder/m);
    assert.match(stdout, /^13 pictures used \(1 with a note\), 3 files left out, 3 system files ignored\.$/m);
    assert.match(stdout, /^Kept in /m);
  });

  test('the same folder keeps its project', async () => {
    const again = await cli.json(['import', pictures]);
    assert.equal(lineOf(again.lines, 'finished')['project'], join(cli.home, 'pictures'));
    assert.deepEqual(filesBelow(join(cli.home, 'pictures')), ['files.jsonl', 'project.json']);
  });

  test('another folder of the same name gets a project of its own', async () => {
    await drawSet(cli.at('other', 'pictures'), { each: 3 });
    const { lines } = await cli.json(['import', cli.at('other', 'pictures')]);
    assert.equal(lineOf(lines, 'finished')['project'], join(cli.home, 'pictures 2'));
  });

  test('--project names the place', async () => {
    const { lines } = await cli.json(['import', pictures, '--project', cli.at('here')]);
    assert.equal(lineOf(lines, 'finished')['project'], cli.at('here'));
    assert.deepEqual(filesBelow(cli.at('here')), ['files.jsonl', 'project.json']);
  });

  test('a project within the pictures is refused', async () => {
    const { code, lines } = await cli.json(['import', pictures, '--project', join(pictures, 'project')]);
    assert.equal(code, 2);
    assert.equal(lineOf(lines, 'failure')['code'], 'pictures-in-output');
  });

  test('a split file leaves out what it does not name and tells of rows without a file', async () => {
    writeFileSync(cli.at('some.csv'), 'file;class\nbands/00.png;bands\nboxes/00.png;boxes\ngone.png;boxes\n');
    const { lines } = await cli.json([
      'import',
      pictures,
      '--project',
      cli.at('some'),
      '--split',
      cli.at('some.csv'),
    ]);
    assert.deepEqual(
      linesOf(lines, 'note').map((line) => line['code']),
      ['rows-without-file', 'files-without-row'],
    );
    assert.equal(lineOf(lines, 'finished')['used'], 2);
  });

  test('a project can be trained at once', async () => {
    const args = ['train', cli.at('here'), '--set', 'inputSize=64', '--set', 'epochs=2'];
    const { code, lines } = await cli.json(args);
    assert.equal(code, 0);
    assert.equal(lineOf(lines, 'finished')['run'], cli.at('here', 'runs', '1'));
  });

  test("after all of this the pictures' folder is as it was", () => {
    assert.deepEqual(folderState(pictures), untouched);
  });
});
