import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { lineOf, temporaryCli } from '../support/cli.js';
import { noSharedData, sharedData } from '../support/shared-data.js';

const data = sharedData() ?? '';
const cli = temporaryCli({ after });
const skip = data === '' && noSharedData;

/**
 * Test pictures of each set, and the share on which the usual PyTorch script is right with the same network, the
 * same split and stored features, seed 1.
 */
const sets = {
  hymenoptera2: { count: 146, peer: 0.945 },
  clothing10: { count: 186, peer: 0.849 },
  grocery81: { count: 486, peer: 0.644 },
  trashnet6: { count: 120, peer: 0.883 },
} as const;
const seeds = [1, 2, 3];
/** Mean over the seeds, by set. */
const reached = new Map<string, number>();

describe('with the defaults, three seeds each', { skip }, () => {
  for (const [name, { count, peer }] of Object.entries(sets)) {
    test(`${name} is no worse than PyTorch by more than a standard error`, async (t) => {
      let sum = 0;
      for (const seed of seeds) {
        const { code, lines } = await cli.json([
          ...['train', join(data, name), '--split', join(data, 'splits', `${name}.csv`)],
          ...['--seed', String(seed), '--out', cli.at(`${name} ${seed}`)],
        ]);
        assert.equal(code, 0);
        const { accuracy, count: tested } = lineOf(lines, 'finished')['test'] as {
          accuracy: number;
          count: number;
        };
        assert.equal(tested, count);
        sum += accuracy;
      }
      const mean = sum / seeds.length;
      reached.set(name, mean);
      t.diagnostic(`${name}: ${(100 * mean).toFixed(1)} %, PyTorch ${(100 * peer).toFixed(1)} %`);
      assert.ok(mean >= peer - Math.sqrt((peer * (1 - peer)) / count), String(mean));
    });
  }

  test('over all sets at least as many test pictures are right as with PyTorch', (t) => {
    const right = (share: (name: string) => number): number =>
      Object.entries(sets).reduce((sum, [name, { count }]) => sum + count * share(name), 0);
    const ours = right((name) => reached.get(name) ?? 0);
    const peers = right((name) => sets[name as keyof typeof sets].peer); // the names are the table's own
    t.diagnostic(`right on ${ours.toFixed(1)} of 938, PyTorch ${peers.toFixed(1)}`);
    assert.ok(ours >= peers);
  });
});

describe('the second proof', { skip: skip || pythonMissing() }, () => {
  for (const name of Object.keys(sets)) {
    test(`is made with Python for ${name}`, async () => {
      const run = cli.at(`${name} 1`);
      const options = { env: { HEADSTART_PYTHON: python() } };
      const { code, lines } = await cli.json(
        ['export', run, '--out', cli.at(`${name} model`), '--strict'],
        options,
      );
      assert.equal(code, 0);
      const proofs = lineOf(lines, 'export')['proofs'] as Readonly<Record<string, unknown>>[];
      assert.equal(proofs.length, 2);
      assert.deepEqual(
        proofs.filter(
          ({ verified, agreement, maxDifference }) =>
            verified !== true || agreement !== 1 || !(Number(maxDifference) <= 1e-4),
        ),
        [],
      );
    });
  }
});

function python(): string {
  return process.env['HEADSTART_PYTHON'] ?? 'python3';
}

/** Why there is no Python to prove with, or false. */
function pythonMissing(): string | false {
  const { status } = spawnSync(python(), ['-c', 'import onnxruntime, numpy, PIL']);
  return status !== 0 && `${python()} lacks onnxruntime, numpy or Pillow: HEADSTART_PYTHON names another one`;
}
