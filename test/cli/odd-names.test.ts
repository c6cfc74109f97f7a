import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { parse } from 'csv-parse/sync';
import { lineOf, linesOf, temporaryCli } from '../support/cli.js';
import { drawSet, type Motif } from '../support/drawn-pictures.js';
import { folderState } from '../support/folder-state.js';
import { reportOf } from '../support/run-files.js';

const cli = temporaryCli({ after });
const [pictures, run] = [cli.at('pictures'), cli.at('run')];

/** Whether the system keeps `cat` and `Cat` apart, and allows names with line breaks and quotes. */
const isWindows = process.platform === 'win32';
mkdirSync(cli.at('case'));
writeFileSync(cli.at('case', 'a'), '');
const twins = existsSync(cli.at('case', 'A')) ? [] : ['Cat'];

const names = [
  ...[
    '=SUM(A1)',
    '@home',
    '-1',
    '+1',
    "it's",
    'two  words',
    '\u{1f41d} bee',
    '\u05d3\u05d1\u05d5\u05e8\u05d4',
    'e\u0301te\u0301',
  ],
  ...['__proto__', 'constructor', 'toString', 'cat', '10', '9', ...twins],
  ...(isWindows ? [] : ['a"b', 'a,b;c', 'a\nb', '<b>&']),
];
/** By code units, as the labels of a run are ordered. */
const labels = [...names].sort();
const motif = (i: number): Motif => ({
  shape: (['circle', 'square', 'stripes', 'triangle'] as const)[i % 4],
  hue: (i * 67) % 360,
});

describe('classes and pictures with odd names', () => {
  before(async () => {
    const classes = Object.fromEntries([...names.entries()].map(([i, name]) => [name, motif(i)]));
    const own = JSON.parse('{"__proto__":{"shape":"circle","hue":40}}') as Record<string, Motif>;
    await drawSet(pictures, { each: 4, classes });
    await drawSet(pictures, { each: 4, classes: own });
    const odd = isWindows ? "it's.png" : 'line\nbreak "quoted", \'single\' \u001b[31m.png';
    renameSync(join(pictures, 'cat', '00.png'), join(pictures, 'cat', odd));
    renameSync(join(pictures, 'cat', '01.png'), join(pictures, 'cat', '=1+1.png'));
  });

  test('are imported under their names', async () => {
    const { code, lines } = await cli.json(['import', pictures]);
    assert.equal(code, 0);
    const { classes } = lineOf(lines, 'finished') as { classes: { name: string; pictures: number }[] };
    assert.deepEqual(
      classes,
      labels.map((name) => ({ name, pictures: 4 })),
    );
  });

  test('are trained, reported and evaluated', async () => {
    const before = folderState(pictures);
    const args = ['train', pictures, '--out', run, '--set', 'inputSize=64', '--set', 'epochs=30'];
    assert.equal((await cli.json(args)).code, 0);
    assert.deepEqual(
      reportOf(run).test.classes.map(({ name, count }) => [name, count]),
      labels.map((name) => [name, 1]),
    );
    const { lines } = await cli.json(['evaluate', run, '--on', pictures]);
    const { classes } = lineOf(lines, 'finished') as { classes: { name: string; count: number }[] };
    assert.deepEqual(
      classes.map(({ name, count }) => [name, count]),
      labels.map((name) => [name, 4]),
    );
    assert.deepEqual(folderState(pictures), before);
  });

  test('are predicted and written to a table that reads back', async () => {
    const { code, lines } = await cli.json([
      'predict',
      run,
      pictures,
      '--csv',
      cli.at('answers.csv'),
      '--top',
      '3',
    ]);
    assert.equal(code, 0);
    const predictions = linesOf(lines, 'prediction');
    assert.equal(predictions.length, 4 * names.length);
    assert.deepEqual(
      predictions.filter(({ path }) => !existsSync(String(path))),
      [],
    );
    assert.deepEqual(
      predictions.filter(({ label }) => !names.includes(String(label))),
      [],
    );
    const rows = parse(readFileSync(cli.at('answers.csv')), { bom: true }) as string[][];
    assert.deepEqual(
      rows.slice(1),
      predictions.map(({ path, label, probability }) => [
        path,
        String(label).replace(/^[=+\-@]/, "'$&"),
        String(probability),
        '',
      ]),
    );
  });

  test('do not disturb the terminal or break a line', async () => {
    const { code, stdout } = await cli.run(['predict', run, pictures]);
    assert.equal(code, 0);
    assert.equal(stdout.trimEnd().split('\n').length, 4 * names.length + 1);
    assert.equal(stdout.includes('\u001b'), false);
  });

  test('are the labels of an export, in order, and proven', async () => {
    const { code, lines } = await cli.json(['export', run, '--out', cli.at('model')]);
    assert.equal(code, 0);
    assert.equal(lines[0]['pictures'], names.length);
    assert.deepEqual(JSON.parse(readFileSync(cli.at('model', 'labels.json'), 'utf8')), labels);
    assert.ok(readFileSync(cli.at('model', 'model.onnx')).includes(JSON.stringify(labels)));
  });
});

describe('a folder', () => {
  test('with odd signs in its path is trained and exported', async () => {
    const odd = cli.at(isWindows ? "it's # 100%" : 'it\'s "odd" # 100% ?');
    await drawSet(join(odd, 'pictures'), { each: 3 });
    const args = [
      'train',
      join(odd, 'pictures'),
      '--out',
      join(odd, 'run'),
      '--set',
      'inputSize=64',
      '--set',
      'epochs=2',
    ];
    assert.equal((await cli.json(args)).code, 0);
    assert.equal((await cli.json(['export', join(odd, 'run'), '--out', join(odd, 'model')])).code, 0);
  });

  test('whose classes are called test and train is not taken for a split', async () => {
    const classes = { test: motif(0), train: motif(1), validation: motif(2) };
    const folder = await drawSet(cli.at('parts'), { each: 3, classes });
    const { lines } = await cli.json(['import', folder]);
    const { classes: found } = lineOf(lines, 'finished') as { classes: { name: string }[] };
    assert.deepEqual(
      found.map(({ name }) => name),
      ['test', 'train', 'validation'],
    );
  });
});
