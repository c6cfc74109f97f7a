import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Random } from '../../src/shared/random.js';
import { temporaryCli } from '../support/cli.js';
import { folderState } from '../support/folder-state.js';
import {
  finishedRun,
  killAndResume,
  killTimes,
  undisturbedRun,
  type Undisturbed,
} from '../support/killed-runs.js';
import { resultOf } from '../support/run-files.js';

const kills = 60;
const cli = temporaryCli({ after });
let undisturbed: Undisturbed;
let times: readonly number[];
let untouched: readonly string[];

before(async () => {
  undisturbed = await undisturbedRun(cli);
  times = killTimes(undisturbed, kills, 2);
  untouched = folderState(undisturbed.pictures);
});

describe('train that is killed again and again, and resumed, gives the same head and the same test', () => {
  for (let i = 0; i < kills; i++) {
    test(`killed in stretch ${i + 1} of ${kills}, and up to three times while it resumes`, async (t) => {
      const random = Random.stream(i, 'kills while it resumes');
      const more = Array.from({ length: random.below(4) }, () => random.uniform() * undisturbed.milliseconds);
      const reached = await killAndResume(cli, undisturbed.pictures, `killed ${i}`, [times[i], ...more]);
      t.diagnostic(`killed with ${reached}, then ${more.length} times`);
      assert.deepEqual(resultOf(finishedRun(cli, `killed ${i}`)), undisturbed.result);
    });
  }

  test("after all of this the pictures' folder is as it was", () => {
    assert.deepEqual(folderState(undisturbed.pictures), untouched);
  });
});
