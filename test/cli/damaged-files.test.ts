import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createEngine } from '../../src/engine/serve.js';
import { checkedConfig } from '../../src/shared/contract/settings.js';
import { FailureError } from '../../src/shared/contract/failures.js';
import { lineOf, linesOf, temporaryCli, whenTold } from '../support/cli.js';
import { drawSet } from '../support/drawn-pictures.js';
import { folderState } from '../support/folder-state.js';
import { repositoryRoot } from '../support/repository.js';
import { resultOf } from '../support/run-files.js';

const cli = temporaryCli({ after });
const [pictures, finished, stopped] = [cli.at('pictures'), cli.at('finished'), cli.at('stopped')];
const settings = ['--set', 'inputSize=64', '--set', 'epochs=200', '--set', 'earlyStopping.enabled=false'];

before(async () => {
  await drawSet(pictures, { noise: 0.5 });
  assert.equal((await cli.json(['train', pictures, '--out', finished, ...settings])).code, 0);
  const { child, ended } = cli.start(['train', pictures, '--out', stopped, '--json', ...settings]);
  await whenTold(child, '"event":"epoch"');
  child.kill('SIGINT');
  await ended;
});

/** Changes a file's bytes. */
type Damage = (bytes: Buffer) => Buffer | string;

const truncated: Damage = (bytes) => bytes.subarray(0, bytes.length / 2);
const emptied: Damage = () => '';
const garbage: Damage = () => 'no such thing';
const flipped: Damage = (bytes) => {
  const copy = Buffer.from(bytes);
  copy[copy.length - 2000] ^= 0x40;
  return copy;
};
const version2: Damage = (bytes) => bytes.toString('utf8').replace('"version": 1', '"version": 2');
const oneLabelLess: Damage = (bytes) => bytes.toString('utf8').replace(/"bands",\s*/, '');

/** A finished run's file, what was done to it, and the failure's code. */
const finishedCases: readonly [string, string, Damage, string][] = [
  ['run.json', 'of a newer version', version2, 'file-newer'],
  ['run.json', 'cut in half', truncated, 'file-damaged'],
  ['run.json', 'emptied', emptied, 'file-damaged'],
  ['report.json', 'cut in half', truncated, 'file-damaged'],
  ['data.json', 'of a newer version', version2, 'file-newer'],
  ['data.json', 'cut in half', truncated, 'file-damaged'],
  ['head.safetensors', 'cut in half', truncated, 'file-damaged'],
  ['head.safetensors', 'emptied', emptied, 'file-damaged'],
  ['head.safetensors', 'replaced by text', garbage, 'file-damaged'],
  ['head.safetensors', 'with one bit changed', flipped, 'file-damaged'],
  ['preprocessing.json', 'of a newer version', version2, 'file-newer'],
  ['preprocessing.json', 'cut in half', truncated, 'file-damaged'],
  ['preprocessing.json', 'with one label less', oneLabelLess, 'file-damaged'],
];

describe('a finished run whose', () => {
  for (const [file, what, damage, code] of finishedCases) {
    test(`${file} is ${what} is refused with a sentence that names the place, and left as it is`, async () => {
      const run = cli.at(`${file} ${what}`);
      copyDamaged(finished, run, file, damage);
      const before = folderState(run);
      const ends = await Promise.all([
        cli.json(['evaluate', run]),
        cli.json(['predict', run, join(pictures, 'discs')]),
      ]);
      assert.deepEqual(
        ends.map((each) => [each.code, each.lines.length, each.lines[0]['code']]),
        [
          [3, 1, code],
          [3, 1, code],
        ],
      );
      assert.ok(String(ends[0].lines[0]['message']).includes(run));
      assert.deepEqual(folderState(run), before);
    });
  }

  test('files are gone is no run, or an unfinished one', async () => {
    copyDamaged(finished, cli.at('no-run'), 'run.json', emptied);
    rmSync(cli.at('no-run', 'run.json'));
    copyDamaged(finished, cli.at('no-report'), 'report.json', emptied);
    rmSync(cli.at('no-report', 'report.json'));
    const ends = await Promise.all([
      cli.json(['evaluate', cli.at('no-run')]),
      cli.json(['export', cli.at('no-report')]),
      cli.json(['evaluate', cli.at('nowhere')]),
      cli.json(['train', '--resume', cli.at('no-run')]),
    ]);
    assert.deepEqual(
      ends.map((each) => [each.code, each.lines[0]['code']]),
      [
        [3, 'not-a-run'],
        [3, 'run-unfinished'],
        [3, 'path-missing'],
        [3, 'not-a-run'],
      ],
    );
  });
});

/** An unfinished run's file, what was done to it, and the failure's code. */
const stoppedCases: readonly [string, string, Damage, string][] = [
  ['run.json', 'of a newer version', version2, 'file-newer'],
  ['run.json', 'emptied', emptied, 'file-damaged'],
  ['data.json', 'cut in half', truncated, 'file-damaged'],
];

describe('an unfinished run whose', () => {
  for (const [file, what, damage, code] of stoppedCases) {
    test(`${file} is ${what} is refused by --resume`, async () => {
      const run = cli.at(`stopped ${file} ${what}`);
      copyDamaged(stopped, run, file, damage);
      const { code: exit, lines } = await cli.json(['train', '--resume', run]);
      assert.equal(exit, 3);
      assert.equal(lineOf(lines, 'failure')['code'], code);
      assert.ok(String(lineOf(lines, 'failure')['message']).includes(join(run, file)));
    });
  }

  const checkpoints: readonly [string, Damage][] = [
    ['cut in half', truncated],
    ['emptied', emptied],
    ['replaced by text', garbage],
    ['changed in one bit', flipped],
  ];
  for (const [what, damage] of checkpoints) {
    test(`checkpoint is ${what} begins its training anew, says so, and gives the same`, async () => {
      const run = cli.at(`checkpoint ${what}`);
      copyDamaged(stopped, run, 'checkpoint.safetensors', damage);
      const { code, lines } = await cli.json(['train', '--resume', run]);
      assert.equal(code, 0);
      assert.equal(linesOf(lines, 'note').filter((line) => line['code'] === 'checkpoint-damaged').length, 1);
      assert.deepEqual(resultOf(run), resultOf(finished));
    });
  }

  test('log ends in a torn line is resumed, and the cut is told', async () => {
    const run = cli.at('torn');
    copyDamaged(stopped, run, 'events.jsonl', (bytes) => Buffer.concat([bytes, Buffer.from('{"seq":9,"ev')]));
    const { code, lines } = await cli.json(['train', '--resume', run]);
    assert.equal(code, 0);
    assert.deepEqual(
      linesOf(lines, 'note')
        .filter((line) => line['code'] === 'log-repaired')
        .map((line) => line['bytes']),
      [12],
    );
    assert.deepEqual(resultOf(run), resultOf(finished));
    const epochs = readFileSync(join(run, 'events.jsonl'), 'utf8').trim().split('\n');
    assert.deepEqual(
      epochs.map((line) => (JSON.parse(line) as { epoch: number }).epoch),
      Array.from({ length: 200 }, (_, i) => i + 1),
    );
  });

  test('log is no text at all is resumed', async () => {
    const run = cli.at('no-log');
    copyDamaged(stopped, run, 'events.jsonl', () => Buffer.from([0xff, 0, 10, 0xfe, 10]));
    assert.equal((await cli.json(['train', '--resume', run])).code, 0);
    assert.deepEqual(resultOf(run), resultOf(finished));
  });

  test('lock was left by a process that is gone, or was never written, is resumed', async () => {
    const dead = spawnSync(process.execPath, ['-e', '']).pid;
    const locks = [`${dead} 0123456789abcdef`, ''];
    const codes = await Promise.all(
      locks.map(async (text, i) => {
        cpSync(stopped, cli.at(`lock ${i}`), { recursive: true });
        writeFileSync(cli.at(`lock ${i}`, '.lock'), text);
        utimesSync(cli.at(`lock ${i}`, '.lock'), 0, 0);
        return (await cli.json(['train', '--resume', cli.at(`lock ${i}`)])).code;
      }),
    );
    assert.deepEqual(codes, [0, 0]);
  });
});

test('a run that one process works on is refused to a second one, which harms nothing', async () => {
  const run = cli.at('busy');
  const long = ['--set', 'inputSize=64', '--set', 'epochs=10000', '--set', 'earlyStopping.enabled=false'];
  const first = cli.start(['train', pictures, '--out', run, '--json', ...long]);
  await whenTold(first.child, '"event":"epoch"');
  const second = await cli.json(['train', '--resume', run]);
  first.child.kill('SIGINT');
  assert.equal((await first.ended).code, 130);
  assert.equal(second.code, 1);
  assert.equal(lineOf(second.lines, 'failure')['code'], 'in-use');
  assert.ok(String(lineOf(second.lines, 'failure')['message']).includes(String(first.child.pid)));
});

describe('stored features that were damaged', () => {
  /** Changes all files of one kind in a copy of the cache and returns it. */
  function damagedCache(name: string, suffix: string, damage: Damage): string {
    const cache = cli.at(name);
    cpSync(cli.cache, cache, { recursive: true });
    const files = readdirSync(cache, { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith(suffix),
    );
    assert.ok(files.length > 0);
    for (const file of files) writeFileSync(join(cache, file), damage(readFileSync(join(cache, file))));
    return cache;
  }

  const damages: readonly [string, string, Damage][] = [
    ['one bit of a row', '.rows', flipped],
    ['half of the rows', '.rows', truncated],
    ['all rows', '.rows', emptied],
    ['half of the keys', '.keys', truncated],
    ['all keys', '.keys', garbage],
    ['half of the outcomes', '.jsonl', truncated],
    ['all outcomes', '.jsonl', garbage],
  ];
  for (const [what, suffix, damage] of damages) {
    test(`${what}: computed anew, with the same result`, async () => {
      const cache = damagedCache(`cache ${what}`, suffix, damage);
      const run = cli.at(`after ${what}`);
      const { code } = await cli.json(['train', pictures, '--out', run, '--cache', cache, ...settings]);
      assert.equal(code, 0);
      assert.deepEqual(resultOf(run), resultOf(finished));
    });
  }

  test('one bit of a row: predict still names every picture', async () => {
    const cache = damagedCache('cache to predict', '.rows', flipped);
    const { code, lines } = await cli.json(['predict', finished, pictures, '--cache', cache]);
    assert.equal(linesOf(lines, 'failure').length, 0);
    assert.equal(code, 0);
  });
});

describe('a network whose', () => {
  const id = 'efficientnet-lite0';
  const damages: readonly [string, string, Damage | undefined, string][] = [
    ['weights have one bit changed', 'weights.safetensors', flipped, 'network-damaged'],
    ['weights are cut in half', 'weights.safetensors', truncated, 'network-damaged'],
    ['weights are gone', 'weights.safetensors', undefined, 'network-missing'],
    ['graph was changed', 'graph.json', (bytes) => `${bytes.toString('utf8')} `, 'network-damaged'],
    ['graph is gone', 'graph.json', undefined, 'network-missing'],
    ['card is no JSON', 'card.json', garbage, 'network-damaged'],
    [
      'card lacks a field',
      'card.json',
      (bytes) => bytes.toString('utf8').replace('"features"', '"feature"'),
      'network-damaged',
    ],
  ];
  for (const [what, file, damage, code] of damages) {
    test(`${what} is refused before a run is made`, async () => {
      const resources = cli.at('resources', what);
      cpSync(join(repositoryRoot, 'resources', 'networks', id), join(resources, 'networks', id), {
        recursive: true,
      });
      const path = join(resources, 'networks', id, file);
      if (damage === undefined) rmSync(path);
      else writeFileSync(path, damage(readFileSync(path)));
      const engine = createEngine({ resources, cache: cli.cache, home: cli.home });
      const run = cli.at('never', what);
      const params = {
        folder: pictures,
        run,
        splitFile: null,
        config: checkedConfig({ inputSize: 64, epochs: 1 }),
      };
      await assert.rejects(
        engine.call('run.start', params),
        (error) => error instanceof FailureError && error.failure.code === code,
      );
      assert.throws(() => readdirSync(run), { code: 'ENOENT' });
      rmSync(resources, { recursive: true });
    });
  }
});

/** Copies a run and changes one of its files. */
function copyDamaged(from: string, to: string, file: string, damage: Damage): void {
  cpSync(from, to, { recursive: true });
  writeFileSync(join(to, file), damage(readFileSync(join(from, file))));
}
