import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { PicturePool, type PicturePoolOptions } from '../../src/engine/images/pool.js';
import { pixelRule } from '../../src/shared/contract/preprocessing.js';
import { repositoryRoot } from '../support/repository.js';

const folder = join(repositoryRoot, 'test', 'reference', 'pixels');
const rule = pixelRule('centre-square', 32);
const pools: PicturePool[] = [];
after(() => Promise.all(pools.map((pool) => pool.close())));

function pool(options: PicturePoolOptions = {}): PicturePool {
  const made = new PicturePool({ workers: 1, ...options });
  pools.push(made);
  return made;
}

/** In memory of its own, as a file read in one piece is. */
function picture(name: string): Uint8Array {
  return new Uint8Array(readFileSync(join(folder, name)));
}

/** A grey PNG of 81 megapixels, in some 80 kB: takes several tenths of a second. */
async function slowPicture(): Promise<Uint8Array> {
  const create = { width: 9000, height: 9000, channels: 3 as const, background: { r: 9, g: 9, b: 9 } };
  return new Uint8Array(await sharp({ create }).png({ compressionLevel: 9 }).toBuffer());
}

/** A worker that speaks the pool's protocol and does what the picture's name says. */
function actor(body: string): URL {
  const source = `
    import { parentPort } from 'node:worker_threads';
    const result = { kind: 'left-out', reason: 'empty', facts: {} };
    const done = () => parentPort.postMessage({ kind: 'done', result });
    parentPort.on('message', (task) => { ${body} });
    parentPort.postMessage({ kind: 'ready' });`;
  return new URL(`data:text/javascript,${encodeURIComponent(source)}`);
}

const decoderFailed = { kind: 'left-out', reason: 'decoder-failed', facts: {} };
const answered = { kind: 'left-out', reason: 'empty', facts: {} };

test('a worker reads a picture as the same thread does', async () => {
  const result = await pool().read(picture('exact.png'), 'exact.jpg', pixelRule('stretch', 224));
  assert.equal(result.kind, 'read');
  const stored = await sharp(join(folder, 'exact.png')).raw().toBuffer();
  assert.deepEqual([Buffer.from(result.pixels), result.notes], [stored, ['wrong-suffix']]);
});

test('bytes of their own memory are moved, those of a larger buffer are copied', async () => {
  const own = picture('tiny.png');
  const part = new Uint8Array([0, ...picture('tiny.png')]).subarray(1);
  const reader = pool();
  await Promise.all([reader.read(own, 'a.png', rule), reader.read(part, 'b.png', rule)]);
  assert.deepEqual([own.length, part.length > 0], [0, true]);
});

test('more pictures than workers wait their turn and keep their own results', async () => {
  const reader = pool({ workers: 2 });
  const names = ['tiny.png', 'gradient.png', 'noise.png', 'flat.png', 'grey.jpg'];
  const results = await Promise.all(names.map((name) => reader.read(picture(name), name, rule)));
  assert.deepEqual(
    results.map((result) => (result.kind === 'read' ? result.width : result.reason)),
    [20, 320, 75, 700, 150],
  );
});

test('a picture whose decoding exceeds the time limit is too slow', async () => {
  const result = await pool({ seconds: 0.02 }).read(await slowPicture(), 'slow.png', rule);
  assert.deepEqual(result, { kind: 'left-out', reason: 'too-slow', facts: { seconds: 0.02 } });
});

test('a picture that makes its worker exit is left out, and the next one has a new worker', async () => {
  const workerFile = actor(`task.fileName === 'die' ? process.exit(3) : done()`);
  const reader = pool({ workerFile });
  const names = ['die', 'live'];
  const results = await Promise.all(names.map((name) => reader.read(new Uint8Array(1), name, rule)));
  assert.deepEqual(results, [decoderFailed, answered]);
});

test('a picture that fills the memory of its worker is left out', async () => {
  const workerFile = actor(`const kept = []; for (;;) kept.push(new Array(10_000).fill(task.fileName));`);
  const result = await pool({ workerFile }).read(new Uint8Array(1), 'huge', rule);
  assert.deepEqual(result, decoderFailed);
});

test('a worker that hangs is ended by the time limit, and the next picture has a new one', async () => {
  const workerFile = actor(`if (task.fileName === 'hang') for (;;); done();`);
  const reader = pool({ workerFile, seconds: 1 });
  const names = ['hang', 'live'];
  const results = await Promise.all(names.map((name) => reader.read(new Uint8Array(1), name, rule)));
  const tooSlow = { kind: 'left-out', reason: 'too-slow', facts: { seconds: 1 } };
  assert.deepEqual(results, [tooSlow, answered]);
});

test('an error in the worker that no picture caused rejects the read', async () => {
  const workerFile = actor(`parentPort.postMessage({ kind: 'failed', error: new TypeError('a bug') })`);
  await assert.rejects(pool({ workerFile }).read(new Uint8Array(1), 'any', rule), /a bug/);
});

test('a worker that cannot start rejects each read instead of starting for ever', async () => {
  const reader = pool({ workerFile: new URL('data:text/javascript,throw new Error("no start")') });
  const reads = ['a', 'b'].map((name) => reader.read(new Uint8Array(1), name, rule));
  const results = await Promise.allSettled(reads);
  assert.deepEqual(
    results.map((result) => result.status === 'rejected' && String(result.reason)),
    ['Error: no start', 'Error: no start'],
  );
});

test('close in the middle ends the picture being read and those that wait', async () => {
  const reader = pool({ workerFile: actor('') });
  const reads = ['a', 'b', 'c'].map((name) => reader.read(new Uint8Array(1), name, rule));
  const results = Promise.allSettled(reads);
  await reader.close();
  assert.deepEqual(
    (await results).map((result) => result.status === 'rejected' && result.reason.name),
    ['AbortError', 'AbortError', 'AbortError'],
  );
});

test('a closed pool refuses further pictures', async () => {
  const reader = pool();
  await reader.close();
  await assert.rejects(reader.read(new Uint8Array(1), 'late', rule), { name: 'AbortError' });
});

test('an aborted signal ends the picture being read, one that waits and one that comes late', async () => {
  const reader = pool({ workerFile: actor('') });
  const controller = new AbortController();
  const read = (name: string) => reader.read(new Uint8Array(1), name, rule, controller.signal);
  const early = [read('a'), read('b')];
  controller.abort();
  const results = await Promise.allSettled([...early, read('c')]);
  assert.deepEqual(
    results.map((result) => result.status === 'rejected' && result.reason.name),
    ['AbortError', 'AbortError', 'AbortError'],
  );
});

test('a picture that was given up while waiting does not hold up the next', async () => {
  const reader = pool({ workerFile: actor('done()') });
  const controller = new AbortController();
  const first = reader.read(new Uint8Array(1), 'a', rule);
  const given = reader.read(new Uint8Array(1), 'b', rule, controller.signal);
  const last = reader.read(new Uint8Array(1), 'c', rule);
  controller.abort();
  await assert.rejects(given, { name: 'AbortError' });
  assert.deepEqual(await Promise.all([first, last]), [answered, answered]);
});

test('an open pool lets the process end once its pictures are read', async () => {
  const module = new URL('../../src/engine/images/pool.js', import.meta.url).href;
  const program = `
    import { readFileSync } from 'node:fs';
    import { PicturePool } from '${module}';
    const pool = new PicturePool({ workers: 2 });
    const rule = JSON.parse(process.argv[2]);
    const result = await pool.read(readFileSync(process.argv[1]), 'tiny.png', rule);
    console.log(result.kind);`;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', program, join(folder, 'tiny.png'), JSON.stringify(rule)],
    { timeout: 20_000 },
  );
  assert.equal(stdout, 'read\n');
});
