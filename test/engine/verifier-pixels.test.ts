import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import sharp from 'sharp';
import {
  expected,
  pictureNames,
  picturePath,
  programs,
  temporaryFolder,
} from '../reference/verifier/fixture.js';

interface Pixels {
  decodePicture(path: string): Promise<{ data: Uint8Array; width: number; height: number }>;
  pixelsOfFile(path: string, rule: { crop: string; size: number; pad: number[] }): Promise<Uint8Array>;
}

// A JavaScript file without types; these are the two functions that it exports and documents.
const { decodePicture, pixelsOfFile } = (await import(
  pathToFileURL(join(programs, 'pixels.mjs')).href
)) as Pixels;
const folder = temporaryFolder();

/** SHA-256 of each fixture picture's pixels. */
async function digests(crop: string, size: number): Promise<Record<string, string>> {
  const rule = { crop, size, pad: [127, 127, 127] };
  const digest = async (name: string) => {
    const pixels = await pixelsOfFile(picturePath(name), rule);
    return [name, createHash('sha256').update(pixels).digest('hex')] as const;
  };
  return Object.fromEntries(await Promise.all(pictureNames.map(digest)));
}

test('a centre square of 32 equals Pillow to the byte', async () => {
  assert.deepEqual(await digests('centre-square', 32), expected.sha256['centre-square 32']);
});

test('a centre square of 224 equals Pillow to the byte', async () => {
  assert.deepEqual(await digests('centre-square', 224), expected.sha256['centre-square 224']);
});

test('fit-and-pad to 32 equals Pillow to the byte', async () => {
  assert.deepEqual(await digests('fit-and-pad', 32), expected.sha256['fit-and-pad 32']);
});

test('fit-and-pad to 224 equals Pillow to the byte', async () => {
  assert.deepEqual(await digests('fit-and-pad', 224), expected.sha256['fit-and-pad 224']);
});

test('a stretch to 32 equals Pillow to the byte', async () => {
  assert.deepEqual(await digests('stretch', 32), expected.sha256['stretch 32']);
});

test('a stretch to 224 equals Pillow to the byte', async () => {
  assert.deepEqual(await digests('stretch', 224), expected.sha256['stretch 224']);
});

test('alpha is laid on white in whole numbers', async () => {
  const path = join(folder, 'half-clear.png');
  const raw = { width: 1, height: 1, channels: 4 } as const;
  await sharp(Buffer.from([10, 20, 30, 128]), { raw })
    .png()
    .toFile(path);

  const { data } = await decodePicture(path);

  // floor((c * 128 + 255 * 127 + 127) / 255) for 10, 20, 30
  assert.deepEqual([...data], [132, 137, 142]);
});

test('16-bit colour with a Display P3 profile becomes sRGB', async () => {
  const path = join(folder, 'p3-16-bit.png');
  const raw = { width: 1, height: 1, channels: 3 } as const;
  const stored = new Uint16Array([200 * 257, 50 * 257, 100 * 257]);
  await sharp(stored, { raw }).toColourspace('rgb16').withIccProfile('p3').png().toFile(path);

  const { data } = await decodePicture(path);

  // Display P3 (200, 50, 100) is sRGB (218, 24, 100) by both colour spaces' definitions, give or take rounding.
  assert.deepEqual([...data], [218, 24, 100]);
});
