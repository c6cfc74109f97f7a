import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { sha256 } from '../../src/engine/files/hash.js';
import type { PictureResult } from '../../src/engine/images/picture.js';
import { openOutcomeStore } from '../../src/engine/training/outcome-store.js';
import {
  passOver,
  type PassOptions,
  type PixelSink,
  type SeenFile,
} from '../../src/engine/training/picture-pass.js';
import { pixelRule } from '../../src/shared/contract/preprocessing.js';
import { failureOf } from '../support/failure-of.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** A file's text tells the fake reader how it ends: "bad ..." is unreadable, "slow ..." too slow, all else is read. */
function resultOf(text: string): PictureResult {
  if (text.startsWith('bad')) return { kind: 'left-out', reason: 'unreadable', facts: { text } };
  if (text.startsWith('slow')) return { kind: 'left-out', reason: 'too-slow', facts: { seconds: 30 } };
  const notes = text.startsWith('note') ? (['cmyk'] as const) : [];
  return { kind: 'read', pixels: new Uint8Array(Buffer.from(text)), width: 4, height: 3, notes };
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}

/** A folder of such files, a reader that writes down what it is given, and a sink that takes all. */
async function setUp(t: TestContext, texts: Readonly<Record<string, string>>) {
  const root = temporaryFolder(t);
  Object.entries(texts).map(([name, text]) => writeFileSync(join(root, name), text));
  const outcomes = await openOutcomeStore(temporaryFolder(t));
  t.after(() => outcomes.close());
  const reads: string[] = [];
  const told: SeenFile[] = [];
  const sink = fakeSink();
  const options: PassOptions = {
    root,
    files: Object.keys(texts),
    rule: pixelRule('centre-square', 32),
    read: (bytes, name) => {
      const text = textOf(bytes);
      reads.push(`${name}: ${text}`);
      return Promise.resolve(resultOf(text));
    },
    outcomes,
    sink,
    concurrency: 3,
    signal: undefined,
    onFile: (seen) => told.push(seen),
  };
  return { options, reads, told, sink };
}

interface FakeSink extends PixelSink {
  readonly taken: string[];
  flushes: number;
}

/** Takes the pixels of every content once. */
function fakeSink(): FakeSink {
  const asked = new Set<string>();
  const sink: FakeSink = {
    taken: [],
    flushes: 0,
    wants: (hash) => !asked.has(hash) && asked.add(hash).has(hash),
    take: (_hash, pixels) => {
      sink.taken.push(textOf(pixels));
      return Promise.resolve();
    },
    flush: () => {
      sink.flushes++;
      return Promise.resolve();
    },
  };
  return sink;
}

/** Stands for the resolver of a promise that is not made yet. */
const nothing = (): void => undefined;

async function turnsOfTheLoop(count: number): Promise<void> {
  if (count === 0) return;
  await new Promise(setImmediate);
  await turnsOfTheLoop(count - 1);
}

const used = { kind: 'used' } as const;

describe('one pass over pictures', () => {
  test('gives the files in their order, each with its content, sides and outcome', async (t) => {
    const { options } = await setUp(t, { 'a.jpg': 'one', 'b.jpg': 'bad two', 'c.jpg': 'note three' });
    assert.deepEqual(await passOver(options), [
      { file: 'a.jpg', sha256: sha256('one'), outcome: used, width: 4, height: 3 },
      {
        file: 'b.jpg',
        sha256: sha256('bad two'),
        outcome: { kind: 'left-out', reason: 'unreadable', facts: { text: 'bad two' } },
        width: 0,
        height: 0,
      },
      {
        file: 'c.jpg',
        sha256: sha256('note three'),
        outcome: { kind: 'note', notes: ['cmyk'] },
        width: 4,
        height: 3,
      },
    ]);
  });

  test('decodes each file once and hands the pixels of those that can be read to the sink', async (t) => {
    const { options, reads, sink } = await setUp(t, { 'a.jpg': 'one', 'b.jpg': 'bad two', 'c.jpg': 'three' });
    await passOver(options);
    assert.deepEqual(reads.sort(), ['a.jpg: one', 'b.jpg: bad two', 'c.jpg: three']);
    assert.deepEqual(sink.taken.sort(), ['one', 'three']);
    assert.equal(sink.flushes, 1);
  });

  test('tells each file as it is done, and how many are', async (t) => {
    const { options } = await setUp(t, { 'a.jpg': 'one', 'b.jpg': 'two', 'c.jpg': 'three', 'd.jpg': 'four' });
    const counts: number[] = [];
    await passOver({ ...options, onFile: (_seen, done) => counts.push(done) });
    assert.deepEqual(counts, [1, 2, 3, 4]);
  });

  test('gives the sink one of several copies', async (t) => {
    const { options, sink } = await setUp(t, { 'a.jpg': 'one', 'b.jpg': 'one', 'c.jpg': 'one' });
    const seen = await passOver(options);
    assert.deepEqual(
      seen.map(({ outcome }) => outcome),
      [used, used, used],
    );
    assert.deepEqual(sink.taken, ['one']);
  });

  test('has no more files in flight than it may', async (t) => {
    const texts = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`${i}.jpg`, String(i)]));
    const { options } = await setUp(t, texts);
    const flight = { now: 0, most: 0, full: nothing };
    const threeAtOnce = new Promise<void>((resolve) => (flight.full = resolve));
    const read: PassOptions['read'] = async (bytes) => {
      flight.most = Math.max(flight.most, ++flight.now);
      if (flight.now === 3) flight.full();
      await threeAtOnce;
      await turnsOfTheLoop(20); // time for a fourth one, if it could
      flight.now--;
      return resultOf(textOf(bytes));
    };
    await passOver({ ...options, read });
    assert.equal(flight.most, 3);
  });

  test('over no files ends at once', async (t) => {
    const { options, sink } = await setUp(t, {});
    assert.deepEqual(await passOver(options), []);
    assert.equal(sink.flushes, 1);
  });

  test('needs no sink', async (t) => {
    const { options } = await setUp(t, { 'a.jpg': 'one' });
    assert.equal((await passOver({ ...options, sink: undefined })).length, 1);
  });
});

describe('a known outcome', () => {
  test('is not decoded again where nobody wants the pixels', async (t) => {
    const { options, reads } = await setUp(t, { 'a.jpg': 'one', 'b.jpg': 'note two', 'c.jpg': 'bad three' });
    const first = await passOver({ ...options, sink: undefined });
    reads.splice(0);
    assert.deepEqual(await passOver({ ...options, sink: undefined }), first);
    assert.deepEqual(reads, []);
  });

  test('is decoded where the sink wants the pixels, those of a bad file excepted', async (t) => {
    const { options, reads, sink } = await setUp(t, { 'a.jpg': 'one', 'c.jpg': 'bad three' });
    await passOver({ ...options, sink: undefined });
    reads.splice(0);
    await passOver(options);
    assert.deepEqual(reads, ['a.jpg: one']);
    assert.deepEqual(sink.taken, ['one']);
  });

  test('holds for the same content under another name', async (t) => {
    const { options, reads } = await setUp(t, { 'a.jpg': 'one', 'b.JPG': 'one' });
    await passOver({ ...options, sink: undefined, concurrency: 1 });
    assert.deepEqual(reads, ['a.jpg: one']);
  });

  test('does not hold for another suffix, which may be the wrong one', async (t) => {
    const { options, reads } = await setUp(t, { 'a.jpg': 'one', 'b.png': 'one' });
    await passOver({ ...options, sink: undefined, concurrency: 1 });
    assert.deepEqual(reads, ['a.jpg: one', 'b.png: one']);
  });

  test('is none where a file was too slow: it is tried again', async (t) => {
    const { options, reads } = await setUp(t, { 'a.jpg': 'slow one' });
    await passOver(options);
    await passOver(options);
    assert.deepEqual(reads, ['a.jpg: slow one', 'a.jpg: slow one']);
  });
});

const asRoot = process.getuid?.() === 0 ? 'the super-user may read every file' : false;

describe('a file that cannot be read', () => {
  test('does not end the pass', async (t) => {
    const { options } = await setUp(t, { 'a.jpg': 'one', 'z.jpg': 'last' });
    mkdirSync(join(options.root, 'folder.jpg'));
    symlinkSync('loop.jpg', join(options.root, 'loop.jpg'));
    symlinkSync('nowhere', join(options.root, 'dangling.jpg'));
    const files = [
      'a.jpg',
      'missing.jpg',
      'a.jpg/below.jpg',
      'loop.jpg',
      'dangling.jpg',
      'folder.jpg',
      'z.jpg',
    ];
    const seen = await passOver({ ...options, files });
    assert.deepEqual(
      seen.map(({ outcome }) => (outcome.kind === 'left-out' ? outcome.reason : outcome.kind)),
      ['used', 'vanished', 'vanished', 'vanished', 'vanished', 'not-a-picture', 'used'],
    );
    assert.equal(seen[1].sha256, null);
  });

  test('for its rights says so', { skip: asRoot }, async (t) => {
    const { options } = await setUp(t, { 'a.jpg': 'one' });
    chmodSync(join(options.root, 'a.jpg'), 0);
    const [{ outcome }] = await passOver(options);
    assert.deepEqual(outcome, { kind: 'left-out', reason: 'permission', facts: {} });
  });
});

describe('a pass ends early', () => {
  const many = Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`${i}.jpg`, String(i)]));

  test('when it is cancelled, and begins no further file', async (t) => {
    const { options, reads, sink } = await setUp(t, many);
    const controller = new AbortController();
    const onFile = (_seen: SeenFile, done: number): void => {
      if (done === 3) controller.abort();
    };
    const { signal } = controller;
    const failure = await failureOf(() => passOver({ ...options, concurrency: 1, signal, onFile }));
    assert.deepEqual(failure, { code: 'cancelled', run: null });
    assert.equal(reads.length, 3);
    assert.equal(sink.flushes, 0);
  });

  test('before the first file when it was cancelled already', async (t) => {
    const { options, reads } = await setUp(t, many);
    const failure = await failureOf(() => passOver({ ...options, signal: AbortSignal.abort() }));
    assert.deepEqual(failure, { code: 'cancelled', run: null });
    assert.deepEqual(reads, []);
  });

  test('with the error of its sink, after every file in flight has ended', async (t) => {
    const { options } = await setUp(t, many);
    const flight = { begun: 0, ended: 0, full: nothing, failed: nothing };
    const threeAtOnce = new Promise<void>((resolve) => (flight.full = resolve));
    const firstFailed = new Promise<void>((resolve) => (flight.failed = resolve));
    const read: PassOptions['read'] = async (bytes) => {
      const text = textOf(bytes);
      if (++flight.begun === 3) flight.full();
      await threeAtOnce;
      await (text === '0' ? undefined : firstFailed.then(() => turnsOfTheLoop(20)));
      flight.ended++;
      return resultOf(text);
    };
    const full = new Error('the sink is full');
    const take = (): Promise<void> => {
      flight.failed();
      return Promise.reject(full);
    };
    await assert.rejects(passOver({ ...options, read, sink: { ...fakeSink(), take } }), full);
    assert.deepEqual([flight.begun, flight.ended], [3, 3]);
  });

  test('with the error of a flush', async (t) => {
    const { options } = await setUp(t, many);
    const full = new Error('the sink is full');
    const sink = { ...fakeSink(), flush: () => Promise.reject(full) };
    await assert.rejects(passOver({ ...options, sink }), full);
  });

  test('with the error of a reader that breaks down', async (t) => {
    const { options } = await setUp(t, many);
    const broken = new Error('the pool was closed');
    await assert.rejects(passOver({ ...options, read: () => Promise.reject(broken) }), broken);
  });
});
