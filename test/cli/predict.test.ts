import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { parse } from 'csv-parse/sync';
import { lineOf, linesOf, temporaryCli } from '../support/cli.js';
import { assertHolds } from '../support/assert-holds.js';
import { drawSet } from '../support/drawn-pictures.js';
import { folderState } from '../support/folder-state.js';
import { kindsOf } from '../support/kinds.js';

describe('predict', () => {
  const cli = temporaryCli({ after });
  let run: string;
  let pictures: string;

  before(async () => {
    [run, pictures] = [cli.at('run'), await drawSet(cli.at('pictures'))];
    const { code } = await cli.run(['train', pictures, '--out', run, '--set', 'inputSize=64']);
    assert.equal(code, 0);
    mkdirSync(cli.at('mixed'));
    copyFileSync(join(pictures, 'discs', '00.png'), cli.at('mixed', 'a.png'));
    writeFileSync(cli.at('mixed', 'b.png'), 'no picture at all');
    copyFileSync(join(pictures, 'bands', '00.png'), cli.at('mixed', 'c.png'));
    writeFileSync(cli.at('mixed', 'd.png'), '');
  });

  test('gives one line a picture with the fields of the contract', async () => {
    const { code, stderr, lines } = await cli.json(['predict', run, join(pictures, 'discs', '00.png')]);
    assert.equal(code, 0);
    assert.equal(stderr, '');
    assert.equal(lines.length, 1);
    const [line] = lines;
    assert.deepEqual(kindsOf(line), {
      event: 'string',
      path: 'string',
      label: 'string',
      probability: 'number',
      top: [['string']],
      known: 'null',
    });
    const { top, ...rest } = line as { top: [string, number][]; probability: number };
    assertHolds(rest, { event: 'prediction', label: 'discs', known: null });
    assert.deepEqual(top[0], ['discs', rest.probability]);
    assert.equal(top.length, 3);
    // Three probabilities of one softmax in float64: their sum is 1 but for the last bits.
    assert.ok(Math.abs(top.reduce((sum, [, share]) => sum + share, 0) - 1) < 1e-12);
  });

  test('keeps the order given, folders by name, paths as given', async () => {
    const given = [
      join('pictures', 'discs', '03.png'),
      join('pictures', 'bands'),
      join('pictures', 'discs', '01.png'),
    ];
    const { lines } = await cli.json(['predict', run, ...given], { cwd: cli.folder });
    const twelve = Array.from({ length: 12 }, (_, i) =>
      join('pictures', 'bands', `${String(i).padStart(2, '0')}.png`),
    );
    assert.deepEqual(
      lines.map((line) => line['path']),
      [given[0], ...twelve, given[2]],
    );
  });

  test('tells a picture that cannot be read, goes on, and ends with 3', async () => {
    const { code, lines } = await cli.json(['predict', run, cli.at('mixed')]);
    assert.equal(code, 3);
    assert.deepEqual(
      lines.map((line) => [line['event'], line['path'], line['label'] ?? line['code']]),
      [
        ['prediction', cli.at('mixed', 'a.png'), 'discs'],
        ['failure', cli.at('mixed', 'b.png'), 'not-a-picture'],
        ['prediction', cli.at('mixed', 'c.png'), 'bands'],
        ['failure', cli.at('mixed', 'd.png'), 'empty'],
      ],
    );
    assert.ok(linesOf(lines, 'failure').every((line) => /^\S+ .*\S$/.test(String(line['message']))));
  });

  test('without --json one line a picture; what cannot be read stands on standard error', async () => {
    const { code, stdout, stderr } = await cli.run(['predict', run, cli.at('mixed')]);
    assert.equal(code, 3);
    assert.match(
      stdout,
      /a\.png: discs \d+\.\d %\n.*c\.png: bands \d+\.\d %\n2 pictures, 2 files could not be read\.\n$/,
    );
    assert.match(stderr, /^\S+b\.png: this is not a picture\n\S+d\.png: the file is empty/);
  });

  test('--top decides how many classes are named', async () => {
    const picture = join(pictures, 'discs', '00.png');
    const [one, two, many] = await Promise.all(
      ['1', '2', '99'].map(async (top) => (await cli.json(['predict', run, picture, '--top', top])).lines[0]),
    );
    assert.deepEqual(
      [one, two, many].map((line) => (line['top'] as unknown[]).length),
      [1, 2, 3],
    );
    const words = await cli.run(['predict', run, picture, '--top', '2']);
    assert.match(words.stdout, /: discs \d+\.\d %, \S+ \d+\.\d %$/m);
  });

  test('--csv writes a table that a spreadsheet may open', async () => {
    mkdirSync(cli.at('formulas'));
    copyFileSync(join(pictures, 'discs', '00.png'), cli.at('formulas', '=1+1.png'));
    writeFileSync(cli.at('formulas', '@x.png'), '');
    const options = { cwd: cli.at('formulas') };
    const args = ['predict', run, '=1+1.png', '@x.png', '--csv', cli.at('answers.csv')];
    const { code, lines } = await cli.json(args, options);
    assert.equal(code, 3);
    const rows = parse(readFileSync(cli.at('answers.csv')), { bom: true }) as string[][];
    assert.deepEqual(rows, [
      ['path', 'label', 'probability', 'problem'],
      ["'=1+1.png", 'discs', String(lineOf(lines, 'prediction')['probability']), ''],
      ["'@x.png", '', '', 'the file is empty (0 bytes): copy it again from where it came from'],
    ]);
  });

  test('--csv never overwrites a file', async () => {
    writeFileSync(cli.at('mine.csv'), 'mine');
    const { code, lines } = await cli.json(['predict', run, cli.at('mixed'), '--csv', cli.at('mine.csv')]);
    assert.equal(code, 2);
    assert.equal(linesOf(lines, 'failure').at(-1)?.['code'], 'output-exists');
    assert.equal(readFileSync(cli.at('mine.csv'), 'utf8'), 'mine');
  });

  test('a folder without files is refused and leaves no table', async () => {
    mkdirSync(cli.at('nothing'));
    const args = ['predict', run, cli.at('nothing'), '--csv', cli.at('nothing.csv')];
    const { code, lines } = await cli.json(args);
    assert.equal(code, 3);
    assert.equal(lineOf(lines, 'failure')['code'], 'folder-empty');
    assert.equal(existsSync(cli.at('nothing.csv')), false);
  });

  test('a path where nothing lies is refused before any prediction', async () => {
    const { code, lines } = await cli.json(['predict', run, cli.at('mixed'), cli.at('gone.png')]);
    assert.equal(code, 3);
    assert.equal(lines.length, 1);
    assert.equal(lineOf(lines, 'failure')['code'], 'path-missing');
  });

  test('a second call reads its features from the cache and says the same', async () => {
    const picture = join(pictures, 'boxes');
    const fresh = await cli.json(['predict', run, picture, '--cache', cli.at('other-cache')]);
    const stored = await cli.json(['predict', run, picture, '--cache', cli.at('other-cache')]);
    assert.deepEqual(stored.lines, fresh.lines);
  });

  test('leaves pictures and run as they were', async () => {
    const before = [...folderState(pictures), ...folderState(run)];
    await cli.run(['predict', run, pictures]);
    assert.deepEqual([...folderState(pictures), ...folderState(run)], before);
  });
});
