import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { openFeatureStore } from '../../src/engine/training/feature-store.js';
import { failWrites, writesWork } from '../support/disk-faults.js';
import { failureOf } from '../support/failure-of.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const features = 3;
/** 40 bytes a row in the keys. */
const keyBytes = 40;
const names = ['a', 'b', 'c'].map((letter) => letter.repeat(64));
const rows = [Float32Array.of(1, 2, 3), Float32Array.of(-0.5, 1e-40, 7), Float32Array.of(4, 5, 6)];

/** A folder with one segment that holds the first rows. */
async function storeWith(t: TestContext, count: number): Promise<string> {
  const folder = join(temporaryFolder(t), 'features');
  await addTo(folder, 0, count);
  return folder;
}

async function addTo(folder: string, from: number, to: number): Promise<void> {
  const store = await openFeatureStore(folder, features);
  await rows
    .slice(from, to)
    .reduce((before, row, i) => before.then(() => store.add(names[from + i], row)), Promise.resolve());
  await store.close();
}

/** For each name the row that a newly opened store gives, undefined where it gives none. */
async function stored(folder: string): Promise<(Float32Array | undefined)[]> {
  const store = await openFeatureStore(folder, features);
  const read = async (name: string): Promise<Float32Array | undefined> => {
    const target = new Float32Array(features);
    return (await store.read(name, target, 0)) ? target : undefined;
  };
  const found = await Promise.all(names.map(read));
  await store.close();
  return found;
}

function fileIn(folder: string, suffix: '.keys' | '.rows'): string {
  const name = readdirSync(folder).find((each) => each.endsWith(suffix));
  assert.ok(name);
  return join(folder, name);
}

/** The rows of the segment that holds so many. */
function rowsOf(folder: string, count: number): string {
  const paths = readdirSync(folder).map((name) => join(folder, name));
  const path = paths.find((each) => each.endsWith('.rows') && statSync(each).size === count * features * 4);
  assert.ok(path);
  return path;
}

function removeRows(folder: string): void {
  const removed = readdirSync(folder).filter((name) => name.endsWith('.rows'));
  removed.forEach((name) => rmSync(join(folder, name)));
}

function changeByte(path: string, place: number): void {
  const bytes = readFileSync(path);
  bytes[place] ^= 1;
  writeFileSync(path, bytes);
}

describe('a store of features', () => {
  test('that is new is empty and makes no file', async (t) => {
    const folder = join(temporaryFolder(t), 'features');
    const store = await openFeatureStore(folder, features);
    await store.close();
    assert.equal(store.size, 0);
    assert.deepEqual(readdirSync(folder), []);
  });

  test('reads what was added just now', async (t) => {
    const store = await openFeatureStore(temporaryFolder(t), features);
    t.after(() => store.close());
    await store.add(names[0], rows[0]);
    const target = new Float32Array(5);
    assert.equal(await store.read(names[0], target, 2), true);
    assert.deepEqual(target, Float32Array.of(0, 0, 1, 2, 3));
    assert.equal(store.has(names[0]), true);
    assert.equal(store.size, 1);
  });

  test('takes a row out of the middle of a larger array', async (t) => {
    const folder = temporaryFolder(t);
    const store = await openFeatureStore(folder, features);
    await store.add(names[0], Float32Array.of(9, 1, 2, 3, 9).subarray(1, 4));
    await store.close();
    assert.deepEqual(await stored(folder), [rows[0], undefined, undefined]);
  });

  test('gives back all rows when it is opened again', async (t) => {
    const folder = await storeWith(t, 3);
    assert.deepEqual(await stored(folder), rows);
  });

  test('has no row of a picture that was not added', async (t) => {
    const store = await openFeatureStore(await storeWith(t, 1), features);
    t.after(() => store.close());
    const target = Float32Array.of(9, 9, 9);
    assert.equal(store.has(names[1]), false);
    assert.equal(await store.read(names[1], target, 0), false);
    assert.deepEqual(target, Float32Array.of(9, 9, 9));
  });

  test('that two write at once keeps the rows of both', async (t) => {
    const folder = temporaryFolder(t);
    const [first, second] = [
      await openFeatureStore(folder, features),
      await openFeatureStore(folder, features),
    ];
    await Promise.all([first.add(names[0], rows[0]), second.add(names[1], rows[1])]);
    await Promise.all([second.add(names[2], rows[2]), first.close()]);
    await second.close();
    assert.deepEqual(await stored(folder), rows);
  });

  test('whose keys are cut at any byte of the last one keeps the rows before it', async (t) => {
    const folder = await storeWith(t, 2);
    const path = fileIn(folder, '.keys');
    const whole = readFileSync(path);
    assert.equal(whole.length, 2 * keyBytes);
    const cuts = Array.from({ length: keyBytes }, (_, i) => keyBytes + i);
    const found = await cuts.reduce<Promise<unknown[]>>(async (before, cut) => {
      const soFar = await before;
      writeFileSync(path, whole.subarray(0, cut));
      return [...soFar, await stored(folder)];
    }, Promise.resolve([]));
    assert.deepEqual(
      found,
      cuts.map(() => [rows[0], undefined, undefined]),
    );
  });

  test('with any byte of a key changed does not give that row, and gives the others', async (t) => {
    const folder = await storeWith(t, 3);
    const path = fileIn(folder, '.keys');
    const places = Array.from({ length: keyBytes }, (_, i) => keyBytes + i);
    const found = await places.reduce<Promise<unknown[]>>(async (before, place) => {
      const soFar = await before;
      changeByte(path, place);
      const now = await stored(folder);
      changeByte(path, place);
      return [...soFar, now];
    }, Promise.resolve([]));
    assert.deepEqual(
      found,
      places.map(() => [rows[0], undefined, rows[2]]),
    );
  });

  test('with a changed byte in a row does not give it, and forgets it', async (t) => {
    const folder = await storeWith(t, 2);
    changeByte(fileIn(folder, '.rows'), features * 4 + 1);
    assert.deepEqual(await stored(folder), [rows[0], undefined, undefined]);
    const store = await openFeatureStore(folder, features);
    t.after(() => store.close());
    await store.read(names[1], new Float32Array(features), 0);
    assert.equal(store.has(names[1]), false);
  });

  test('takes a damaged row anew', async (t) => {
    const folder = await storeWith(t, 2);
    changeByte(fileIn(folder, '.rows'), features * 4 + 1);
    const store = await openFeatureStore(folder, features);
    t.after(() => store.close());
    const target = new Float32Array(features);
    await store.read(names[1], target, 0);
    await store.add(names[1], rows[1]);
    assert.equal(await store.read(names[1], target, 0), true);
    assert.deepEqual(target, rows[1]);
  });

  test('whose last row is torn keeps the rows before it', async (t) => {
    const folder = await storeWith(t, 2);
    const path = fileIn(folder, '.rows');
    writeFileSync(path, readFileSync(path).subarray(0, 2 * features * 4 - 1));
    assert.deepEqual(await stored(folder), [rows[0], undefined, undefined]);
  });

  test('with a segment whose rows are gone keeps the others', async (t) => {
    const folder = await storeWith(t, 1);
    rmSync(fileIn(folder, '.rows'));
    await addTo(folder, 1, 3);
    assert.deepEqual(await stored(folder), [undefined, rows[1], rows[2]]);
  });

  test('whose rows vanish after it was opened forgets them all at the first read, and takes them anew', async (t) => {
    const folder = await storeWith(t, 2);
    await addTo(folder, 2, 3);
    const store = await openFeatureStore(folder, features);
    t.after(() => store.close());
    rmSync(rowsOf(folder, 2));
    const target = Float32Array.of(9, 9, 9);
    assert.equal(store.size, 3);
    assert.equal(await store.read(names[0], target, 0), false);
    assert.deepEqual(target, Float32Array.of(9, 9, 9));
    assert.deepEqual(names.map(store.has), [false, false, true]);
    assert.equal(await store.read(names[2], target, 0), true);
    assert.deepEqual(target, rows[2]);
    await store.add(names[0], rows[0]);
    assert.equal(await store.read(names[0], target, 0), true);
    assert.deepEqual(target, rows[0]);
  });

  test('whose files of rows all vanish forgets what others wrote and still reads what it added itself', async (t) => {
    const folder = await storeWith(t, 1);
    const store = await openFeatureStore(folder, features);
    t.after(() => store.close());
    await store.add(names[1], rows[1]);
    removeRows(folder);
    const target = new Float32Array(features);
    assert.equal(await store.read(names[0], target, 0), false);
    assert.equal(await store.read(names[1], target, 0), true);
    assert.deepEqual(target, rows[1]);
    assert.equal(store.size, 1);
  });

  test('with a folder in the place of rows says that it cannot read them', async (t) => {
    const folder = await storeWith(t, 1);
    const store = await openFeatureStore(folder, features);
    t.after(() => store.close());
    const path = fileIn(folder, '.rows');
    rmSync(path);
    mkdirSync(path);
    const failure = await failureOf(() => store.read(names[0], new Float32Array(features), 0));
    assert.equal(failure.code, 'read-failed');
  });

  test('with rows whose keys are gone is as if they had not been', async (t) => {
    const folder = await storeWith(t, 2);
    rmSync(fileIn(folder, '.keys'));
    assert.deepEqual(await stored(folder), [undefined, undefined, undefined]);
  });

  test('on a full disk says so, and goes on when there is room', async (t) => {
    const folder = temporaryFolder(t);
    const store = await openFeatureStore(folder, features);
    await store.add(names[0], rows[0]);
    failWrites(t, 'ENOSPC');
    const failure = await failureOf(() => store.add(names[1], rows[1]));
    writesWork();
    await store.add(names[2], rows[2]);
    await store.close();
    assert.deepEqual(failure, { code: 'disk-full', path: folder });
    assert.deepEqual(await stored(folder), [rows[0], undefined, rows[2]]);
  });
});

const noLimits = process.platform === 'win32' ? 'Windows sets no limit of open files with ulimit' : false;

describe('a store of 300 segments in a process that may open 128 files', { skip: noLimits }, () => {
  test('gives every row, asked for at once and one by one, with at most 8 files open', async (t) => {
    const found = readBounded(await manySegments(t, 300));
    assert.equal(found.atOnce, 300);
    assert.equal(found.oneByOne, 300);
    assert.equal(found.openAfterListing, 0);
    assert.ok(found.mostOpen >= 1 && found.mostOpen <= 8, String(found.mostOpen));
    assert.equal(found.openAfterClose, 0);
  });
});

/** A folder of so many segments of one row each: the row of picture i is i, i, i. */
async function manySegments(t: TestContext, count: number): Promise<string> {
  const folder = temporaryFolder(t);
  const store = await openFeatureStore(folder, features);
  const numbers = Array.from({ length: count }, (_, i) => i);
  await numbers.reduce(
    (before, i) => before.then(() => store.add(sha256Of(i), new Float32Array(features).fill(i))),
    Promise.resolve(),
  );
  await store.close();
  const paths = { keys: fileIn(folder, '.keys'), rows: fileIn(folder, '.rows') };
  const [keys, values] = [readFileSync(paths.keys), readFileSync(paths.rows)];
  rmSync(paths.keys);
  rmSync(paths.rows);
  numbers.forEach((i) => {
    writeFileSync(join(folder, `${i}.keys`), keys.subarray(i * keyBytes, (i + 1) * keyBytes));
    writeFileSync(join(folder, `${i}.rows`), values.subarray(i * features * 4, (i + 1) * features * 4));
  });
  return folder;
}

function sha256Of(i: number): string {
  return i.toString(16).padStart(64, '0');
}

interface Bounded {
  readonly openAfterListing: number;
  readonly atOnce: number;
  readonly oneByOne: number;
  readonly mostOpen: number;
  readonly openAfterClose: number;
}

/** Reads all 300 rows in a process of its own; says how many were right and how many files were open. */
function readBounded(folder: string): Bounded {
  const module = new URL('../../src/engine/training/feature-store.js', import.meta.url).href;
  const program = `
    import { readdirSync } from 'node:fs';
    import { openFeatureStore } from ${JSON.stringify(module)};
    const handles = () => readdirSync('/dev/fd').length;
    const before = handles();
    const open = () => handles() - before;
    let mostOpen = 0;
    const store = await openFeatureStore(${JSON.stringify(folder)}, ${features});
    const openAfterListing = open();
    const isRight = async (i) => {
      const target = new Float32Array(${features});
      const found = await store.read(i.toString(16).padStart(64, '0'), target, 0);
      mostOpen = Math.max(mostOpen, open());
      return found && target.every((value) => value === i);
    };
    const numbers = Array.from({ length: 300 }, (_, i) => i);
    const atOnce = (await Promise.all(numbers.map(isRight))).filter(Boolean).length;
    let oneByOne = 0;
    for (const i of numbers) if (await isRight(i)) oneByOne++;
    await store.close();
    console.log(JSON.stringify({ openAfterListing, atOnce, oneByOne, mostOpen, openAfterClose: open() }));
  `;
  const limited = 'ulimit -n 128 && exec "$0" --input-type=module --eval "$1"';
  const printed = execFileSync('bash', ['-c', limited, process.execPath, program], { encoding: 'utf8' });
  return JSON.parse(printed) as Bounded; // what the program above prints
}
