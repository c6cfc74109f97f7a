import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import type { ForwardProgram } from '../../src/engine/runtimes/runtime.js';
import { extraction } from '../../src/engine/training/extraction.js';
import { openFeatureStore } from '../../src/engine/training/feature-store.js';
import { failWrites } from '../support/disk-faults.js';
import { failureOf } from '../support/failure-of.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const shape = { batch: 4, pixels: 2, features: 1 };

function hashOf(letter: string): string {
  return letter.repeat(64);
}

/** A program whose one feature is the sum of a picture's two pixels, and that writes down its inputs. */
function sums(inputs: number[][]): ForwardProgram {
  return {
    run: (pixels, count) => {
      inputs.push([...pixels]);
      return Promise.resolve(
        Float32Array.from({ length: count }, (_, i) => pixels[2 * i] + pixels[2 * i + 1]),
      );
    },
    close: () => Promise.resolve(),
  };
}

async function setUp(t: TestContext) {
  const store = await openFeatureStore(temporaryFolder(t), 1);
  t.after(() => store.close());
  const inputs: number[][] = [];
  const asked: string[] = [];
  const program = (): Promise<ForwardProgram> => {
    asked.push('program');
    return Promise.resolve(sums(inputs));
  };
  return { store, inputs, asked, sink: extraction(program, store, shape) };
}

describe('extraction', () => {
  test('runs full batches, and the last one filled up with zeros', async (t) => {
    const { inputs, sink } = await setUp(t);
    const take = (letter: string, value: number) => sink.take(hashOf(letter), Uint8Array.of(value, 1));
    await Promise.all([take('a', 1), take('b', 2), take('c', 3), take('d', 4), take('e', 5)]);
    await sink.flush();
    assert.deepEqual(inputs, [
      [1, 1, 2, 1, 3, 1, 4, 1],
      [5, 1, 0, 0, 0, 0, 0, 0],
    ]);
    assert.equal(sink.computed, 5);
  });

  test('stores each picture’s own row, and none for the filling', async (t) => {
    const { store, sink } = await setUp(t);
    await Promise.all(
      ['a', 'b', 'c', 'd', 'e'].map((each, i) => sink.take(hashOf(each), Uint8Array.of(i, 10))),
    );
    await sink.flush();
    const target = new Float32Array(2);
    await store.read(hashOf('b'), target, 0);
    await store.read(hashOf('e'), target, 1);
    assert.deepEqual(target, Float32Array.of(11, 14));
    assert.equal(store.size, 5);
  });

  test('wants a picture once, and not what is stored', async (t) => {
    const { store, sink } = await setUp(t);
    await store.add(hashOf('a'), Float32Array.of(1));
    const answers = ['a', 'b', 'b'].map((each) => sink.wants(hashOf(each)));
    assert.deepEqual(answers, [false, true, false]);
  });

  test('of nothing prepares no program', async (t) => {
    const { asked, sink } = await setUp(t);
    await sink.flush();
    assert.deepEqual(asked, []);
  });

  test('tells that the disk is full to whoever filled the batch', async (t) => {
    const { sink } = await setUp(t);
    failWrites(t, 'ENOSPC');
    await sink.take(hashOf('a'), Uint8Array.of(1, 1));
    assert.equal((await failureOf(() => sink.flush())).code, 'disk-full');
  });
});
