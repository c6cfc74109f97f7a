import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { defaultRunConfig } from '../../src/shared/contract/run-config.js';
import { lineOf, linesOf, temporaryCli, type Line } from '../support/cli.js';
import { assertHolds } from '../support/assert-holds.js';
import { drawSet } from '../support/drawn-pictures.js';
import { filesBelow, folderState } from '../support/folder-state.js';
import { kindsOf } from '../support/kinds.js';
import { headOf, reportOf } from '../support/run-files.js';

const quick = ['--set', 'inputSize=64', '--set', 'epochs=6'];

describe('train on three drawn classes', () => {
  const cli = temporaryCli({ after });
  let pictures: string;
  let untouched: readonly string[];
  let first: Awaited<ReturnType<typeof cli.json>>;

  before(async () => {
    pictures = await drawSet(cli.at('pictures'));
    untouched = folderState(pictures);
    first = await cli.json(['train', pictures, '--out', cli.at('first'), ...quick]);
  });

  test('ends with 0, JSON lines on standard output and nothing on standard error', () => {
    assert.equal(first.code, 0);
    assert.equal(first.stderr, '');
    assert.deepEqual([...new Set(first.lines.map((line) => line['event']))], ['note', 'epoch', 'finished']);
  });

  test('tells each epoch with its figures', () => {
    const epochs = linesOf(first.lines, 'epoch');
    assert.deepEqual(
      epochs.map((line) => line['epoch']),
      [1, 2, 3, 4, 5, 6],
    );
    assert.deepEqual(kindsOf(epochs[0]), {
      event: 'string',
      run: 'string',
      epoch: 'number',
      training: { loss: 'number', accuracy: 'number' },
      validation: { loss: 'number', accuracy: 'number' },
      learningRate: 'number',
      seconds: 'number',
      best: 'boolean',
    });
    assert.equal(epochs[0]['run'], cli.at('first'));
  });

  test("ends with one line that holds the fields of the command line's contract", () => {
    const finished = lineOf(first.lines, 'finished');
    assert.equal(first.lines.at(-1), finished);
    assert.deepEqual(kindsOf(finished), {
      event: 'string',
      run: 'string',
      strategy: 'string',
      network: 'string',
      test: { accuracy: 'number', count: 'number', interval: ['number'], macroF1: 'number' },
      validation: { loss: 'number', accuracy: 'number', count: 'number' },
      epochs: 'number',
      bestEpoch: 'number',
      stoppedEarly: 'boolean',
      seconds: 'number',
      readingSeconds: 'number',
      computed: 'number',
      runtime: 'string',
      peakMemoryBytes: 'number',
    });
    // Two of each class of twelve (15 % is 1.8) are for the test, two for validation.
    assertHolds(finished, {
      run: cli.at('first'),
      strategy: 'small',
      network: 'efficientnet-lite0',
      test: { count: 6 },
      validation: { count: 6 },
      epochs: 6,
      computed: 36,
      runtime: 'onnx',
    });
    assert.equal((finished['test'] as { interval: number[] }).interval.length, 2);
  });

  test('writes a whole run folder and no more', () => {
    assert.deepEqual(filesBelow(cli.at('first')), [
      'checkpoint.safetensors',
      'data.json',
      'events.jsonl',
      'head.safetensors',
      'preprocessing.json',
      'report.json',
      'run.json',
    ]);
    assert.deepEqual(filesBelow(cli.at('first.project')), ['files.jsonl', 'project.json']);
    assert.equal(readFileSync(cli.at('first', 'events.jsonl'), 'utf8').trim().split('\n').length, 6);
  });

  test('the report says what the last line said', () => {
    const { test: figures, computed, epochs } = reportOf(cli.at('first'));
    const finished = lineOf(first.lines, 'finished') as { test: object };
    assertHolds({ ...figures, computed, epochs }, { ...finished.test, computed: 36, epochs: 6 });
  });

  test('a second run with the same seed computes no picture and gives the same head', async () => {
    const second = await cli.json(['train', pictures, '--out', cli.at('second'), ...quick]);
    assert.equal(lineOf(second.lines, 'finished')['computed'], 0);
    assert.deepEqual(headOf(cli.at('second')), headOf(cli.at('first')));
    assert.deepEqual(reportOf(cli.at('second')).test, reportOf(cli.at('first')).test);
  });

  test('without the stored features the same seed gives the same head, too', async () => {
    const again = await cli.json([
      'train',
      pictures,
      '--out',
      cli.at('anew'),
      '--cache',
      cli.at('other'),
      ...quick,
    ]);
    assert.equal(lineOf(again.lines, 'finished')['computed'], 36);
    assert.deepEqual(headOf(cli.at('anew')), headOf(cli.at('first')));
  });

  test('another seed gives another head', async () => {
    await cli.json(['train', pictures, '--out', cli.at('seed'), '--seed', '2', ...quick]);
    assert.notDeepEqual(headOf(cli.at('seed')), headOf(cli.at('first')));
  });

  test('a settings file counts, and --set counts more', async () => {
    writeFileSync(cli.at('settings.json'), JSON.stringify({ epochs: 3, seed: 7, inputSize: 64 }));
    const args = ['train', pictures, '--out', cli.at('file'), '--config', cli.at('settings.json')];
    const { lines } = await cli.json([...args, '--set', 'epochs=2']);
    assert.equal(lineOf(lines, 'finished')['epochs'], 2);
    const { config } = JSON.parse(readFileSync(cli.at('file', 'run.json'), 'utf8')) as { config: object };
    assertHolds(config, { epochs: 2, seed: 7, inputSize: 64, batchSize: defaultRunConfig.batchSize });
  });

  test('without --json people get sentences, with the accuracy, the run and what comes next', async () => {
    const { code, stdout, stderr } = await cli.run(['train', pictures, '--out', cli.at('words'), ...quick]);
    assert.equal(code, 0);
    assert.match(stdout, /^epoch {4}1 {2}training \d+\.\d{4} \d+\.\d % {2}validation \d+\.\d{4} /m);
    assert.match(stdout, /^Right on \d+\.\d % of unseen pictures \(\d of 6; likely .* to .*\), macro F1 /m);
    assert.match(stdout, /^3 classes, 6 epochs \(.*\), .*, 0 pictures computed anew\.$/m);
    assert.ok(stdout.includes(`Run: ${cli.at('words')}`));
    assert.ok(stdout.includes(`export ${cli.at('words')} `));
    assert.doesNotMatch(stdout, /[\u001b{}]|undefined|NaN/);
    assert.match(stderr, /Only 6 pictures choose the best epoch/);
  });

  test("without --out the run lies in a project of the pictures' name, the next number each time", async () => {
    const one = await cli.json(['train', pictures, ...quick]);
    const two = await cli.json(['train', pictures, ...quick]);
    assert.equal(lineOf(one.lines, 'finished')['run'], join(cli.home, 'pictures', 'runs', '1'));
    assert.equal(lineOf(two.lines, 'finished')['run'], join(cli.home, 'pictures', 'runs', '2'));
  });

  test('a project can be trained by its folder', async () => {
    const { lines } = await cli.json([
      'train',
      cli.at('first.project'),
      '--out',
      cli.at('by-project'),
      ...quick,
    ]);
    assert.equal(lineOf(lines, 'finished')['computed'], 0);
    assert.deepEqual(headOf(cli.at('by-project')), headOf(cli.at('first')));
  });

  test('a split file decides the parts', async () => {
    const rows = filesBelow(pictures).map((file) => `${file},${file.split('/')[0]},${partOf(file)}`);
    writeFileSync(cli.at('split.csv'), ['file,class,split', ...rows].join('\n'));
    const args = ['train', pictures, '--out', cli.at('split'), '--split', cli.at('split.csv'), ...quick];
    const { lines } = await cli.json(args);
    assertHolds(lineOf(lines, 'finished'), {
      test: { count: 9 },
      validation: { count: 6 },
    });
    const data = JSON.parse(readFileSync(cli.at('split', 'data.json'), 'utf8')) as { pictures: Line[] };
    assert.deepEqual(
      data.pictures.filter(({ file, part }) => part !== partOf(String(file))),
      [],
    );
  });

  test('a finished run that is resumed answers with its report and changes nothing', async () => {
    const before = folderState(cli.at('first'));
    const { code, lines } = await cli.json(['train', '--resume', cli.at('first')]);
    assert.equal(code, 0);
    assert.equal(lineOf(lines, 'note')['code'], 'already-finished');
    assert.deepEqual(lineOf(lines, 'finished'), lineOf(first.lines, 'finished'));
    assert.deepEqual(folderState(cli.at('first')).slice(1), before.slice(1));
  });

  test('an empty folder that was made beforehand is taken for the run', async () => {
    mkdirSync(cli.at('made'));
    const { code } = await cli.json(['train', pictures, '--out', cli.at('made'), ...quick]);
    assert.equal(code, 0);
    assert.ok(existsSync(cli.at('made', 'report.json')));
  });

  test("after all of this the pictures' folder is as it was", () => {
    assert.deepEqual(folderState(pictures), untouched);
  });
});

/** 00 to 06 training, 07 and 08 validation, 09 to 11 test. */
function partOf(file: string): string {
  const number = Number(/(\d+)\.png$/.exec(file)?.[1]);
  return number < 7 ? 'training' : number < 9 ? 'validation' : 'test';
}
