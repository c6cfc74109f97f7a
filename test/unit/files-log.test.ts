import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { Log, readLines, writeAll } from '../../src/engine/files/log.js';
import { failWrites, writesWork } from '../support/disk-faults.js';
import { failureOf } from '../support/failure-of.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const three = [
  { seq: 1, text: 'plain' },
  { seq: 2, text: 'é "quoted" \n', list: [1.5, null] },
  { seq: 3, crc: 'not the checksum' },
];

function asObject(value: unknown): object | undefined {
  return typeof value === 'object' && value !== null ? value : undefined;
}

async function logOf(path: string, entries: readonly object[]): Promise<void> {
  const { log } = await Log.open(path, asObject);
  await Promise.all(entries.map((entry) => log.append(entry)));
  await log.close();
}

/** What opening finds; the log is closed again. */
async function found(path: string) {
  const { log, entries, cutBytes } = await Log.open(path, asObject);
  await log.close();
  return { entries, cutBytes };
}

describe('a log', () => {
  test('that does not exist is made empty', async (t) => {
    const path = join(temporaryFolder(t), 'log.jsonl');
    assert.deepEqual(await found(path), { entries: [], cutBytes: 0 });
    assert.equal(readFileSync(path, 'utf8'), '');
  });

  test('gives back its entries in the order of the calls', async (t) => {
    const path = join(temporaryFolder(t), 'log.jsonl');
    await logOf(path, three);
    assert.deepEqual(await found(path), { entries: three, cutBytes: 0 });
  });

  test('keeps former entries when it is opened again', async (t) => {
    const path = join(temporaryFolder(t), 'log.jsonl');
    await logOf(path, three.slice(0, 2));
    await logOf(path, three.slice(2));
    assert.deepEqual((await found(path)).entries, three);
  });

  test('is one line of JSON for each entry, the checksum last', async (t) => {
    const path = join(temporaryFolder(t), 'log.jsonl');
    await logOf(path, [{ a: 1 }]);
    // Python: zlib.crc32(b'{"a":1') is 0xa702fc6e
    assert.equal(readFileSync(path, 'utf8'), '{"a":1,"crc":"a702fc6e"}\n');
  });

  test('takes an entry without fields', async (t) => {
    const path = join(temporaryFolder(t), 'log.jsonl');
    await logOf(path, [{}]);
    assert.deepEqual(await found(path), { entries: [{}], cutBytes: 0 });
  });

  test('cut at any byte of its last line keeps the entries before it', async (t) => {
    const path = join(temporaryFolder(t), 'log.jsonl');
    await logOf(path, three);
    const whole = readFileSync(path);
    const last = whole.lastIndexOf(10, whole.length - 2) + 1;
    const cuts = Array.from({ length: whole.length - last }, (_, i) => last + i);
    const results = cuts.map((cut) => readLines(whole.subarray(0, cut), asObject));
    assert.deepEqual(
      results,
      cuts.map(() => ({ entries: three.slice(0, 2), validBytes: last })),
    );
  });

  test('with a torn last line is cut on disk, says how much, and goes on after it', async (t) => {
    const path = join(temporaryFolder(t), 'log.jsonl');
    await logOf(path, three.slice(0, 2));
    const whole = readFileSync(path);
    writeFileSync(path, Buffer.concat([whole, Buffer.from('{"seq":3,"te')]));
    const { log, entries, cutBytes } = await Log.open(path, asObject);
    await log.append(three[2]);
    await log.close();
    assert.deepEqual({ entries, cutBytes }, { entries: three.slice(0, 2), cutBytes: 12 });
    assert.deepEqual(await found(path), { entries: three, cutBytes: 0 });
  });

  test('with any one byte of a middle line changed ends before that line', async (t) => {
    const path = join(temporaryFolder(t), 'log.jsonl');
    await logOf(path, three);
    const whole = readFileSync(path);
    const first = whole.indexOf(10) + 1;
    const places = Array.from({ length: whole.indexOf(10, first) - first + 1 }, (_, i) => first + i);
    const results = places.map((place) => {
      const changed = Uint8Array.from(whole);
      changed[place] ^= 1;
      return readLines(changed, asObject);
    });
    assert.deepEqual(
      results,
      places.map(() => ({ entries: three.slice(0, 1), validBytes: first })),
    );
  });

  test('ends before a line that its reader does not know', async (t) => {
    const path = join(temporaryFolder(t), 'log.jsonl');
    await logOf(path, three);
    const { entries } = readLines(readFileSync(path), (value) => (isSecond(value) ? undefined : value));
    assert.deepEqual(entries, three.slice(0, 1));
  });

  test('of any JSON objects gives them back', async (t) => {
    const folder = temporaryFolder(t);
    let count = 0;
    const objects = fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { maxLength: 5 });
    const property = fc.asyncProperty(objects, async (entries) => {
      const path = join(folder, `${count++}.jsonl`);
      await logOf(path, entries);
      assert.deepEqual((await found(path)).entries, JSON.parse(JSON.stringify(entries)));
    });
    await fc.assert(property, { numRuns: 50 });
  });

  test('of any bytes is read as far as it is valid, without an error', () => {
    const property = fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const { validBytes } = readLines(bytes, asObject);
      assert.ok(validBytes >= 0 && validBytes <= bytes.length);
    });
    fc.assert(property);
  });
});

describe('an append that fails', () => {
  test('is told to its caller alone, and later ones are written', async (t) => {
    const path = join(temporaryFolder(t), 'log.jsonl');
    const { log } = await Log.open(path, asObject);
    failWrites(t, 'ENOSPC');
    const failure = await failureOf(() => log.append(three[0]));
    writesWork();
    await log.append(three[1]);
    await log.close();
    assert.deepEqual(failure, { code: 'disk-full', path });
    assert.deepEqual((await found(path)).entries, [three[1]]);
  });

  const noLimits = process.platform === 'win32' ? 'Windows sets no limit of file sizes with ulimit' : false;
  test('after a part of the line was written takes that part back', { skip: noLimits }, (t) => {
    const path = join(temporaryFolder(t), 'log.jsonl');
    const failed = appendBounded(path, ['a'.repeat(600), 'b'.repeat(600), 'c'.repeat(100)]);
    assert.deepEqual(failed, [false, true, false]); // 1024 bytes are allowed: the second line fits by half
    const { entries, validBytes } = readLines(readFileSync(path), asObject);
    assert.deepEqual(entries, [{ text: 'a'.repeat(600) }, { text: 'c'.repeat(100) }]);
    assert.equal(validBytes, readFileSync(path).length);
  });
});

/** Appends texts in a process whose files may have 1024 bytes; which ones failed. */
function appendBounded(path: string, texts: readonly string[]): unknown {
  const program = `
    import { Log } from ${JSON.stringify(new URL('../../src/engine/files/log.js', import.meta.url).href)};
    const { log } = await Log.open(${JSON.stringify(path)}, (value) => value);
    const texts = ${JSON.stringify(texts)};
    const appended = await Promise.allSettled(texts.map((text) => log.append({ text })));
    await log.close();
    console.log(JSON.stringify(appended.map(({ status }) => status === 'rejected')));
  `;
  const limited = 'ulimit -f 1 && exec "$0" --input-type=module --eval "$1"';
  return JSON.parse(execFileSync('bash', ['-c', limited, process.execPath, program], { encoding: 'utf8' }));
}

describe('writing all bytes', () => {
  test('goes on where the system took only some of them', async () => {
    const file = Buffer.alloc(14, '.');
    const asked: number[] = [];
    const write = (bytes: Uint8Array, offset: number, length: number, position: number) => {
      asked.push(length);
      const bytesWritten = Buffer.from(bytes).copy(file, position, offset, offset + Math.min(length, 5));
      return Promise.resolve({ bytesWritten, buffer: bytes });
    };
    await writeAll({ write } as Pick<FileHandle, 'write'>, Buffer.from('0123456789ab'), 1); // one of its forms
    assert.equal(file.toString(), '.0123456789ab.');
    assert.deepEqual(asked, [12, 7, 2]);
  });

  test('ends with an error where the system takes none', async () => {
    const write = (buffer: Uint8Array) => Promise.resolve({ bytesWritten: 0, buffer });
    const file = { write } as Pick<FileHandle, 'write'>; // one of its forms
    await assert.rejects(writeAll(file, Buffer.from('a'), 0), /took no byte/);
  });
});

test('a log in a missing folder is write-failed', async (t) => {
  const path = join(temporaryFolder(t), 'missing', 'log.jsonl');
  assert.equal((await failureOf(() => Log.open(path, asObject))).code, 'write-failed');
});

function isSecond(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'seq' in value && value.seq === 2;
}
