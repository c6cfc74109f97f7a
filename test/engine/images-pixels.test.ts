import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import sharp from 'sharp';
import { readPicture } from '../../src/engine/images/read-picture.js';
import { pixelRule, type Crop } from '../../src/shared/contract/preprocessing.js';
import { repositoryRoot } from '../support/repository.js';

/** Drawn and hashed by make.py with Pillow 13.0.0; 0 bytes may differ, so hashes are enough. */
interface Reference {
  readonly cases: readonly {
    readonly file: string;
    readonly width: number;
    readonly height: number;
    /** By crop and size: SHA-256 of RGB [size, size, 3]. */
    readonly expected: Readonly<Record<string, string>>;
  }[];
}

const folder = join(repositoryRoot, 'test', 'reference', 'pixels');
const { cases } = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as Reference;

async function pixelsOf(file: string, crop: Crop, size: number): Promise<Uint8Array> {
  const result = await readPicture(readFileSync(join(folder, file)), file, pixelRule(crop, size));
  assert.equal(result.kind, 'read');
  return result.pixels;
}

/** SHA-256 by file for one crop and size: as read here, and as Pillow made it. */
async function compared(crop: Crop, size: number) {
  const read = cases.map(async ({ file }) => {
    const pixels = await pixelsOf(file, crop, size);
    return [file, createHash('sha256').update(pixels).digest('hex')] as const;
  });
  return {
    actual: Object.fromEntries(await Promise.all(read)),
    expected: Object.fromEntries(cases.map((one) => [one.file, one.expected[`${crop} ${size}`]])),
  };
}

for (const crop of ['centre-square', 'fit-and-pad', 'stretch'] as const) {
  for (const size of [224, 240, 32]) {
    test(`${crop} to ${size} equals Pillow on every byte of every reference picture`, async () => {
      const { actual, expected } = await compared(crop, size);
      assert.deepEqual(actual, expected);
    });
  }
}

test('the reference pictures have the sides that were drawn, after orientation', async () => {
  const read = cases.map(async ({ file }) => {
    const result = await readPicture(readFileSync(join(folder, file)), file, pixelRule('stretch', 32));
    return { file, ...(result.kind === 'read' && { width: result.width, height: result.height }) };
  });
  const drawn = cases.map(({ file, width, height }) => ({ file, width, height }));
  assert.deepEqual(await Promise.all(read), drawn);
});

test('a kept result equals Pillow byte by byte', async () => {
  const kept = await sharp(join(folder, 'expected-stripes-centre-square-224.png')).raw().toBuffer();
  assert.deepEqual(Buffer.from(await pixelsOf('stripes.png', 'centre-square', 224)), kept);
});
