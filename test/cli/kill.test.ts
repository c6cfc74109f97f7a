import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { lineOf, linesIn, linesOf, temporaryCli, whenTold } from '../support/cli.js';
import { folderState } from '../support/folder-state.js';
import {
  finishedRun,
  killAndResume,
  killTimes,
  undisturbedRun,
  type Undisturbed,
} from '../support/killed-runs.js';
import { resultOf } from '../support/run-files.js';

const kills = 10;
const cli = temporaryCli({ after });
let undisturbed: Undisturbed;
let times: readonly number[];
let untouched: readonly string[];

before(async () => {
  undisturbed = await undisturbedRun(cli);
  times = killTimes(undisturbed, kills, 1);
  untouched = folderState(undisturbed.pictures);
});

describe('train that is killed and resumed gives the same head and the same test', () => {
  for (let i = 0; i < kills; i++) {
    test(`killed in stretch ${i + 1} of ${kills}`, async (t) => {
      const reached = await killAndResume(cli, undisturbed.pictures, `killed ${i}`, [times[i]]);
      t.diagnostic(`killed with ${reached}`);
      assert.deepEqual(resultOf(finishedRun(cli, `killed ${i}`)), undisturbed.result);
    });
  }

  test("after all of this the pictures' folder is as it was", () => {
    assert.deepEqual(folderState(undisturbed.pictures), untouched);
  });
});

describe(
  'train that is interrupted once',
  { skip: process.platform === 'win32' && 'Windows has no SIGINT' },
  () => {
    const long = ['--set', 'inputSize=64', '--set', 'epochs=300', '--set', 'earlyStopping.enabled=false'];

    test('ends with 130 and a sentence, and the resumed run gives the same', async () => {
      const args = ['train', undisturbed.pictures, '--json', ...long];
      assert.equal((await cli.run([...args, '--out', cli.at('whole')])).code, 0);
      const { child, ended } = cli.start([...args, '--out', cli.at('interrupted')]);
      await whenTold(child, '"event":"epoch"');
      child.kill('SIGINT');
      const { code, stdout, stderr } = await ended;
      assert.equal(code, 130);
      const lines = linesIn(stdout);
      assert.equal(lines.at(-1)?.['code'], 'cancelled');
      assert.match(
        stderr,
        /^Ending after the present step; Ctrl-C again ends at once\.\nCancelled\. .*--resume/,
      );
      const told = linesOf(lines, 'epoch').length;
      assert.ok(told < 300);
      const resumed = await cli.json(['train', '--resume', cli.at('interrupted')]);
      assert.equal(resumed.code, 0);
      assert.deepEqual(resultOf(cli.at('interrupted')), resultOf(cli.at('whole')));
      const [note] = linesOf(resumed.lines, 'note').filter((line) => line['code'] === 'resumed');
      assert.equal(note['epoch'], told);
      assert.equal(linesOf(resumed.lines, 'epoch').length, 300 - told);
      assert.equal(lineOf(resumed.lines, 'finished')['epochs'], 300);
    });

    test('while it reads ends with 130 and can be resumed', async () => {
      const args = [
        'train',
        undisturbed.pictures,
        '--out',
        cli.at('reading'),
        '--cache',
        cli.at('empty'),
        '--json',
        ...long,
      ];
      const preload = new URL('../support/interrupted-reading.js', import.meta.url).href;
      const { code } = await cli.run(args, { preload });
      assert.equal(code, 130);
      assert.equal((await cli.json(['train', '--resume', cli.at('reading')])).code, 0);
      assert.deepEqual(resultOf(cli.at('reading')), resultOf(cli.at('whole')));
    });
  },
);
