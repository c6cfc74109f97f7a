import assert from 'node:assert/strict';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { lineOf, temporaryCli } from '../support/cli.js';
import { assertHolds } from '../support/assert-holds.js';
import { drawSet, motifs } from '../support/drawn-pictures.js';
import { filesBelow, folderState } from '../support/folder-state.js';
import { kindsOf } from '../support/kinds.js';
import { reportOf } from '../support/run-files.js';

describe('evaluate', () => {
  const cli = temporaryCli({ after });
  let run: string;
  let elsewhere: string;

  before(async () => {
    run = cli.at('run');
    elsewhere = await drawSet(cli.at('elsewhere'), { seed: 2, each: 5 });
    await drawSet(cli.at('pictures'), { noise: 0.6 });
    const { code } = await cli.run([
      ...['train', cli.at('pictures'), '--out', run],
      ...['--set', 'inputSize=64', '--set', 'epochs=6'],
    ]);
    assert.equal(code, 0);
  });

  test('of a run alone repeats the test of its report, with the fields of the contract', async () => {
    const { code, stderr, lines } = await cli.json(['evaluate', run]);
    assert.equal(code, 0);
    assert.equal(stderr, '');
    const finished = lineOf(lines, 'finished');
    assert.equal(lines.length, 1);
    assert.deepEqual(kindsOf(finished), {
      event: 'string',
      accuracy: 'number',
      count: 'number',
      interval: ['number'],
      macroF1: 'number',
      logLoss: 'number',
      calibration: { before: 'null', after: 'null' },
      unknown: { threshold: 'null', rejected: 'null' },
      classes: [{ name: 'string', count: 'number', precision: 'number', recall: 'number', f1: 'number' }],
      confusion: [['number']],
      learnedFrom: 'number',
      leftOut: 'number',
    });
    const { test: figures } = reportOf(run);
    assertHolds(finished, { ...figures, leftOut: 0 });
  });

  test('needs neither the cache nor more than the test pictures', async (t) => {
    const other = temporaryCli(t);
    const { code, lines } = await other.json(['evaluate', run]);
    assert.equal(code, 0);
    assertHolds(lineOf(lines, 'finished'), { ...reportOf(run).test });
  });

  test('without --json a table and a sentence', async () => {
    const { code, stdout } = await cli.run(['evaluate', run]);
    assert.equal(code, 0);
    assert.match(stdout, /^class +pictures +precision +recall +F1$/m);
    assert.match(stdout, /^bands +2 /m);
    assert.match(stdout, /^Right on \d+\.\d % of unseen pictures \(\d of 6;/m);
  });

  test('on another folder counts its pictures and leaves the folder alone', async () => {
    const before = folderState(elsewhere);
    const { code, lines } = await cli.json(['evaluate', run, '--on', elsewhere]);
    assert.equal(code, 0);
    assertHolds(lineOf(lines, 'finished'), { count: 15, leftOut: 0 });
    assert.deepEqual(folderState(elsewhere), before);
  });

  test('on a folder with a broken picture counts the others and tells of one left out', async () => {
    cpSync(elsewhere, cli.at('broken'), { recursive: true });
    writeFileSync(cli.at('broken', 'discs', 'zz.png'), 'no picture');
    const { code, lines } = await cli.json(['evaluate', run, '--on', cli.at('broken')]);
    assert.equal(code, 0);
    assertHolds(lineOf(lines, 'finished'), { count: 15, leftOut: 1 });
  });

  test('on a folder that lacks a class counts 0 for it and has no recall', async () => {
    cpSync(elsewhere, cli.at('two'), { recursive: true });
    rmSync(cli.at('two', 'boxes'), { recursive: true });
    const { lines } = await cli.json(['evaluate', run, '--on', cli.at('two')]);
    const { count, classes } = lineOf(lines, 'finished') as { count: number; classes: object[] };
    assert.equal(count, 10);
    assertHolds(classes[1], { name: 'boxes', count: 0, recall: null });
  });

  test('on a folder with a class that the run does not know is refused with its name', async () => {
    await drawSet(cli.at('unknown'), { each: 3, classes: { ...motifs, stars: motifs.discs } });
    const { code, lines } = await cli.json(['evaluate', run, '--on', cli.at('unknown')]);
    assert.equal(code, 3);
    assert.equal(lineOf(lines, 'failure')['code'], 'class-unknown-to-run');
    assert.match(String(lineOf(lines, 'failure')['message']), /"stars"/);
  });

  test('with a split file measures the part that was named, by default the test part', async () => {
    const split = cli.at('split.csv');
    const rows = filesBelow(elsewhere).map(
      (file, i) => `${file},${file.split('/')[0]},${['training', 'val', 'test', 'test', 'test'][i % 5]}`,
    );
    writeFileSync(split, ['file,class,split', ...rows].join('\n'));
    const base = ['evaluate', run, '--on', elsewhere, '--split', split];
    const counts = await Promise.all(
      [[], ['--part', 'test'], ['--part', 'validation'], ['--part', 'training']].map(
        async (part) => lineOf((await cli.json([...base, ...part])).lines, 'finished')['count'],
      ),
    );
    assert.deepEqual(counts, [9, 9, 3, 3]);
  });

  test('of a part that has no pictures is refused', async () => {
    writeFileSync(cli.at('one.csv'), 'file,class,split\ndiscs/00.png,discs,training\n');
    const args = ['evaluate', run, '--on', elsewhere, '--split', cli.at('one.csv'), '--part', 'test'];
    const { code, lines } = await cli.json(args);
    assert.equal(code, 3);
    assert.equal(lineOf(lines, 'failure')['code'], 'part-empty');
  });

  test('of a test picture that has changed since is refused with its name', async () => {
    const moved = cli.at('moved');
    cpSync(cli.at('pictures'), moved, { recursive: true });
    await cli.run([
      'train',
      moved,
      '--out',
      cli.at('moved-run'),
      '--set',
      'inputSize=64',
      '--set',
      'epochs=1',
    ]);
    rmSync(moved, { recursive: true });
    mkdirSync(moved);
    const args = ['evaluate', cli.at('moved-run'), '--cache', cli.at('fresh-cache')];
    const { code, lines } = await cli.json(args);
    assert.equal(code, 3);
    assert.equal(lineOf(lines, 'failure')['code'], 'picture-changed');
  });
});
