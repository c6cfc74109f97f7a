import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  parseSafetensors,
  readSafetensors,
  toSafetensors,
  writeSafetensors,
} from '../../src/engine/graph/safetensors.js';
import type { Tensor } from '../../src/engine/graph/weights.js';
import { failureIn, failureOf } from '../support/failure-of.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** A file with that header and those bytes of values. */
function fileOf(header: unknown, data: readonly number[], length?: bigint): Uint8Array {
  const text = typeof header === 'string' ? header : JSON.stringify(header);
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(length ?? BigInt(Buffer.byteLength(text)));
  return new Uint8Array(Buffer.concat([size, Buffer.from(text), Buffer.from(data)]));
}

const one = { dtype: 'F32', shape: [1], data_offsets: [0, 4] };
const four = [0, 0, 128, 63]; // 1 in float32, little-endian
const weights = new Map<string, Tensor>([
  ['b/kernel', { shape: [2, 3], values: Float32Array.of(1, -2.5, 0, -0, Infinity, 1e-40) }],
  ['a', { shape: [], values: Float32Array.of(7) }],
  ['none', { shape: [0, 5], values: new Float32Array(0) }],
  ['名前', { shape: [1], values: Float32Array.of(3) }],
]);

describe('a safetensors file', () => {
  test('gives back names, shapes, values and metadata', () => {
    const read = parseSafetensors(toSafetensors(weights, { note: 'é' }), 'file');
    assert.deepEqual(new Map([...read.weights].sort()), new Map([...weights].sort()));
    assert.deepEqual(read.metadata, { note: 'é' });
  });

  test('is read from disk as it was written', async (t) => {
    const path = join(temporaryFolder(t), 'weights.safetensors');
    await writeSafetensors(path, weights);
    assert.deepEqual((await readSafetensors(path)).weights.get('b/kernel'), weights.get('b/kernel'));
  });

  test('has the same bytes whatever the order of the tensors', () => {
    const reversed = new Map([...weights].reverse());
    assert.deepEqual(toSafetensors(reversed), toSafetensors(weights));
  });

  test('begins its values at a multiple of eight bytes', () => {
    const bytes = Buffer.from(toSafetensors(weights));
    assert.equal(Number(bytes.readBigUInt64LE()) % 8, 0);
  });

  test('in half precision is read as float32', () => {
    // 1, -2 and 0.5 in half precision, little-endian
    const data = [0x00, 0x3c, 0x00, 0xc0, 0x00, 0x38];
    const file = fileOf({ x: { dtype: 'F16', shape: [3], data_offsets: [0, 6] } }, data);
    assert.deepEqual(parseSafetensors(file, 'file').weights.get('x')?.values, Float32Array.of(1, -2, 0.5));
  });

  test('is read from the middle of a larger buffer', () => {
    const whole = toSafetensors(weights);
    const larger = new Uint8Array(whole.length + 3);
    larger.set(whole, 3);
    const read = parseSafetensors(larger.subarray(3), 'file');
    assert.deepEqual(read.weights.get('b/kernel'), weights.get('b/kernel'));
  });

  test('keeps its values when the bytes are changed afterwards', () => {
    const bytes = fileOf({ x: one }, four);
    const { weights: read } = parseSafetensors(bytes, 'file');
    bytes.fill(0);
    assert.deepEqual(read.get('x')?.values, Float32Array.of(1));
  });

  test('of any tensors gives them back', () => {
    const values = fc.float32Array({ maxLength: 20 });
    const tensors = fc.dictionary(
      fc.string().filter((name) => !['__metadata__', '__proto__'].includes(name)),
      values.map((each) => ({ shape: [each.length], values: each })),
    );
    const property = fc.property(tensors, (record) => {
      const map = new Map(Object.entries(record).sort());
      const { weights: read } = parseSafetensors(toSafetensors(map), 'file');
      assert.deepEqual(new Map([...read].sort()), map);
    });
    fc.assert(property);
  });

  test('of any bytes is read or refused', async () => {
    const bytes = fc.uint8Array({ maxLength: 300 });
    const property = fc.asyncProperty(bytes, async (each) => {
      await failureIn(() => parseSafetensors(each, 'file'));
    });
    await fc.assert(property, { numRuns: 500 });
  });

  test('with any JSON as its header is read or refused', async () => {
    const entry = fc.record({
      dtype: fc.constantFrom('F32', 'F16', 'constructor', '__proto__', 'I8'),
      shape: fc.oneof(fc.array(fc.nat()), fc.jsonValue()),
      data_offsets: fc.oneof(fc.array(fc.nat(20)), fc.jsonValue()),
    });
    const header = fc.oneof(fc.dictionary(fc.string(), entry), fc.jsonValue());
    const property = fc.asyncProperty(header, fc.array(fc.nat(255)), async (each, data) => {
      await failureIn(() => parseSafetensors(fileOf(each, data), 'file'));
    });
    await fc.assert(property, { numRuns: 500 });
  });
});

const damages: readonly { readonly name: string; readonly file: Uint8Array; readonly problem: string }[] = [
  { name: 'no bytes', file: new Uint8Array(0), problem: 'header: length' },
  { name: 'seven bytes', file: new Uint8Array(7), problem: 'header: length' },
  {
    name: 'a header one byte longer than the file',
    file: fileOf('{}', [], 3n),
    problem: 'header: length',
  },
  { name: 'a header of 2^64 - 1 bytes', file: fileOf('{}', [], 2n ** 64n - 1n), problem: 'header: length' },
  { name: 'a header that is no JSON', file: fileOf('{"x": ', []), problem: 'header: JSON' },
  { name: 'a header that is a list', file: fileOf('[]', []), problem: 'header: JSON' },
  { name: 'an empty header', file: fileOf('', []), problem: 'header: JSON' },
  { name: 'an entry that is a number', file: fileOf({ x: 1 }, []), problem: 'entry: x' },
  { name: 'whole numbers', file: fileOf({ x: { ...one, dtype: 'I32' } }, four), problem: 'entry: x' },
  { name: 'no type', file: fileOf({ x: { ...one, dtype: 7 } }, four), problem: 'entry: x' },
  { name: 'a side below 0', file: fileOf({ x: { ...one, shape: [-1] } }, four), problem: 'entry: x' },
  {
    name: 'a side with a fraction',
    file: fileOf({ x: { ...one, shape: [1.5] } }, four),
    problem: 'entry: x',
  },
  {
    name: 'three offsets',
    file: fileOf({ x: { ...one, data_offsets: [0, 4, 4] } }, four),
    problem: 'entry: x',
  },
  {
    name: 'offsets beyond the file',
    file: fileOf({ x: { ...one, shape: [2], data_offsets: [0, 8] } }, four),
    problem: 'extent: x',
  },
  {
    name: 'offsets in reverse',
    file: fileOf({ x: { ...one, data_offsets: [4, 0] } }, four),
    problem: 'extent: x',
  },
  {
    name: 'offsets that do not fit the shape',
    file: fileOf({ x: { ...one, shape: [2] } }, four),
    problem: 'extent: x',
  },
  {
    name: 'a shape of more values than numbers count',
    file: fileOf({ x: { ...one, shape: [2 ** 53 - 1, 2 ** 53 - 1] } }, four),
    problem: 'extent: x',
  },
  {
    name: 'a gap before the first tensor',
    file: fileOf({ x: { ...one, data_offsets: [4, 8] } }, [...four, ...four]),
    problem: 'extent: x',
  },
  {
    name: 'a gap between two tensors',
    file: fileOf({ x: one, y: { ...one, data_offsets: [8, 12] } }, [...four, ...four, ...four]),
    problem: 'extent: y',
  },
  {
    name: 'two tensors on the same bytes, as many bytes without one',
    file: fileOf({ x: one, y: one }, [...four, ...four]),
    problem: 'extent: y',
  },
  { name: 'a byte behind the last tensor', file: fileOf({ x: one }, [...four, 0]), problem: 'length' },
  { name: 'a missing last byte', file: fileOf({ x: one }, four.slice(1)), problem: 'extent: x' },
];

describe('a safetensors file is damaged with', () => {
  for (const { name, file, problem } of damages) {
    test(name, async () => {
      const failure = await failureOf(() => parseSafetensors(file, 'path'));
      assert.deepEqual(failure, { code: 'file-damaged', path: 'path', problem });
    });
  }
});

test('a safetensors file that is missing is path-missing', async (t) => {
  const path = join(temporaryFolder(t), 'missing');
  assert.deepEqual(await failureOf(() => readSafetensors(path)), { code: 'path-missing', path });
});

test('a safetensors file cut at any byte is damaged', async (t) => {
  const path = join(temporaryFolder(t), 'cut');
  const whole = toSafetensors(new Map([['x', { shape: [2], values: Float32Array.of(1, 2) }]]));
  writeFileSync(path, whole);
  const cuts = Array.from({ length: whole.length }, (_, i) => i);
  const failures = await Promise.all(
    cuts.map((cut) => failureOf(() => parseSafetensors(whole.subarray(0, cut), path))),
  );
  assert.deepEqual(
    failures.map(({ code }) => code),
    cuts.map(() => 'file-damaged'),
  );
});
