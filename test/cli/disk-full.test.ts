import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { lineOf, temporaryCli } from '../support/cli.js';
import { drawSet } from '../support/drawn-pictures.js';
import { folderState } from '../support/folder-state.js';
import { resultOf } from '../support/run-files.js';
import { smallDisk } from '../support/small-disk.js';

const cli = temporaryCli({ after });
const pictures = cli.at('pictures');
const quick = ['--set', 'inputSize=64', '--set', 'epochs=10'];
const preload = new URL('../support/full-disk.js', import.meta.url).href;
let undisturbed: ReturnType<typeof resultOf>;
let untouched: readonly string[];

before(async () => {
  await drawSet(pictures, { noise: 0.5 });
  untouched = folderState(pictures);
  const { code } = await cli.json(['train', pictures, '--out', cli.at('undisturbed'), ...quick]);
  assert.equal(code, 0);
  undisturbed = resultOf(cli.at('undisturbed'));
});

function fullAt(pattern: string): { preload: string; env: Record<string, string> } {
  return { preload, env: { HEADSTART_TEST_FULL: pattern } };
}

/** Moments of a training at which a write fails, by what is being written. */
const moments: readonly [string, string][] = [
  ['the outcomes of the import', 'outcomes'],
  ['the features', 'features'],
  ['the project', 'project\\.json'],
  ['the list of pictures', 'data\\.json'],
  ['an epoch in the log', 'events\\.jsonl'],
  ['the checkpoint', 'checkpoint\\.safetensors'],
  ['the head', 'head\\.safetensors'],
  ['the pixel contract', 'preprocessing\\.json'],
  ['the report', 'report\\.json'],
];

describe('a disk that is full when train writes', () => {
  for (const [i, [what, pattern]] of moments.entries()) {
    test(`${what}: exit 1, and --resume ends as an undisturbed run`, async () => {
      const [run, cache] = [cli.at('stopped', String(i)), cli.at('caches', String(i))];
      const args = ['train', pictures, '--out', run, '--cache', cache, ...quick];
      const stopped = await cli.json(args, fullAt(pattern));
      assert.equal(stopped.code, 1);
      assert.equal(lineOf(stopped.lines, 'failure')['code'], 'disk-full');
      assert.equal(stopped.lines.at(-1)?.['event'], 'failure');
      assert.equal(existsSync(join(run, 'report.json')), false);
      assert.deepEqual(
        readdirSync(run).filter((name) => name.startsWith('.')),
        [],
      );
      const resumed = await cli.json(['train', '--resume', run, '--cache', cache]);
      assert.equal(resumed.code, 0);
      assert.deepEqual(resultOf(run), undisturbed);
    });
  }

  test('the settings of the run: exit 1, and the same call can be made again', async () => {
    const args = ['train', pictures, '--out', cli.at('unbegun'), ...quick];
    const stopped = await cli.json(args, fullAt('run\\.json'));
    assert.equal(stopped.code, 1);
    assert.equal(lineOf(stopped.lines, 'failure')['code'], 'disk-full');
    assert.equal((await cli.json(args)).code, 0);
    assert.deepEqual(resultOf(cli.at('unbegun')), undisturbed);
  });
});

describe('a disk that is full when export writes', () => {
  for (const name of ['model\\.onnx', 'labels\\.json', 'LICENSES', 'proof\\.json', 'README\\.md']) {
    test(`${name}: exit 1 and no file is left`, async () => {
      const before = readdirSync(cli.folder);
      const args = ['export', cli.at('undisturbed'), '--out', cli.at('model')];
      const { code, lines } = await cli.json(args, fullAt(name));
      assert.equal(code, 1);
      assert.equal(lineOf(lines, 'failure')['code'], 'disk-full');
      assert.equal(lines.length, 1);
      assert.deepEqual(readdirSync(cli.folder), before);
    });
  }
});

describe('a disk that is full when import and predict write', () => {
  test('the project: exit 1', async () => {
    const args = ['import', pictures, '--project', cli.at('project')];
    const { code, lines } = await cli.json(args, fullAt('files\\.jsonl'));
    assert.equal(code, 1);
    assert.equal(lineOf(lines, 'failure')['code'], 'disk-full');
  });

  test('the table of predictions: exit 1 and no table', async () => {
    const args = ['predict', cli.at('undisturbed'), join(pictures, 'discs'), '--csv', cli.at('a.csv')];
    const { code, lines } = await cli.json(args, fullAt('a\\.csv'));
    assert.equal(code, 1);
    assert.equal(lines.at(-1)?.['code'], 'disk-full');
    assert.equal(existsSync(cli.at('a.csv')), false);
  });
});

describe('a real disk without space', () => {
  const disk = smallDisk({ after }, 4_194_304);
  const skip = typeof disk === 'string' ? { skip: disk } : {};
  const place = typeof disk === 'string' ? cli.folder : disk.folder;
  const mounted = typeof disk === 'string' ? undefined : disk;

  /** 36 rows of 5,120 bytes do not fit in any of these; each ends at another byte of a row or of a key. */
  for (const free of [0, 65_536, 180_224]) {
    test(
      `for the features, with ${free} bytes free: exit 1, and --resume ends as an undisturbed run`,
      skip,
      async () => {
        const [run, cache] = [cli.at(`run ${free}`), join(place, `cache ${free}`)];
        mounted?.fillUpTo(free);
        const stopped = await cli.json(['train', pictures, '--out', run, '--cache', cache, ...quick]);
        mounted?.free();
        assert.deepEqual([stopped.code, lineOf(stopped.lines, 'failure')['code']], [1, 'disk-full']);
        const resumed = await cli.json(['train', '--resume', run, '--cache', cache]);
        assert.equal(resumed.code, 0);
        assert.deepEqual(resultOf(run), undisturbed);
      },
    );
  }

  /** The head has 3 x 1280 weights: 15 kB; a checkpoint four times that. */
  for (const free of [4096, 24_576, 81_920]) {
    test(
      `for the run, with ${free} bytes free: exit 1, and it can be finished afterwards`,
      skip,
      async () => {
        const run = join(place, `run ${free}`);
        const args = ['train', pictures, '--out', run, ...quick];
        mounted?.fillUpTo(free);
        const stopped = await cli.json(args);
        mounted?.free();
        assert.deepEqual([stopped.code, lineOf(stopped.lines, 'failure')['code']], [1, 'disk-full']);
        const begun = existsSync(join(run, 'run.json'));
        const again = await cli.json(begun ? ['train', '--resume', run] : args);
        assert.equal(again.code, 0);
        assert.deepEqual(resultOf(run), undisturbed);
      },
    );
  }

  test('for an export: exit 1 and no file is left', skip, async () => {
    mounted?.fillUpTo(200_000);
    const args = ['export', cli.at('undisturbed'), '--out', join(place, 'model')];
    const { code, lines } = await cli.json(args);
    mounted?.free();
    assert.deepEqual([code, lineOf(lines, 'failure')['code']], [1, 'disk-full']);
    assert.deepEqual(
      readdirSync(place).filter((name) => name.includes('model')),
      [],
    );
  });
});

test("after all of this the pictures' folder is as it was", () => {
  assert.deepEqual(folderState(pictures), untouched);
});
