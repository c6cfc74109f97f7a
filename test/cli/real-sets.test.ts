import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { assertHolds } from '../support/assert-holds.js';
import { lineOf, temporaryCli } from '../support/cli.js';
import { noSharedData, sharedData } from '../support/shared-data.js';

const data = sharedData();
const cli = temporaryCli({ after });

/** Ants and bees, 380 pictures of which 146 are for the test; trained as a user trains, with the defaults. */
describe('hymenoptera2 with its own split', { skip: data === undefined && noSharedData }, () => {
  const [set, split] = [join(data ?? '', 'hymenoptera2'), join(data ?? '', 'splits', 'hymenoptera2.csv')];
  const seeds = [1, 2, 3];
  const finished: { accuracy: number; computed: unknown }[] = [];

  test('three seeds are right on at least 93 % on average, and the pictures are computed once', async () => {
    for (const seed of seeds) {
      const args = ['train', set, '--split', split, '--seed', String(seed), '--out', cli.at(`seed ${seed}`)];
      const { code, lines } = await cli.json(args);
      assert.equal(code, 0);
      const { test: figures, computed } = lineOf(lines, 'finished') as {
        test: { accuracy: number; count: number };
        computed: number;
      };
      assert.equal(figures.count, 146);
      finished.push({ accuracy: figures.accuracy, computed });
    }
    assert.deepEqual(
      finished.map(({ computed }) => computed),
      [380, 0, 0],
    );
    const mean = finished.reduce((sum, { accuracy }) => sum + accuracy, 0) / seeds.length;
    assert.ok(mean >= 0.93, String(mean));
  });

  test('the export answers as the app on all 146 test pictures', async () => {
    const { code, lines } = await cli.json(['export', cli.at('seed 1'), '--out', cli.at('model')]);
    assert.equal(code, 0);
    assertHolds(lines[0], { verified: true, pictures: 146, agreement: 1 });
    assert.ok(Number(lines[0]['maxDifference']) <= 1e-4, String(lines[0]['maxDifference']));
  });

  test('evaluate repeats the report', async () => {
    const { lines } = await cli.json(['evaluate', cli.at('seed 1')]);
    assertHolds(lineOf(lines, 'finished'), { accuracy: finished[0].accuracy, count: 146 });
  });
});
