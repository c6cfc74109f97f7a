import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { isSrgb, readProfile } from '../../src/engine/images/colour-profile.js';
import { decode, type DecodableFormat } from '../../src/engine/images/decode.js';
import { readPicture } from '../../src/engine/images/read-picture.js';
import { pixelLimit } from '../../src/shared/contract/outcomes.js';
import { pixelRule } from '../../src/shared/contract/preprocessing.js';
import { repositoryRoot } from '../support/repository.js';

const folder = join(repositoryRoot, 'test', 'reference', 'pixels');
const rule = pixelRule('centre-square', 32);

interface Sides {
  readonly width: number;
  readonly height: number;
}

interface Colour {
  readonly r: number;
  readonly g: number;
  readonly b: number;
  readonly alpha?: number;
}

/** An evenly coloured picture, through sharp's encoders. */
function plain(colour: Colour, { width, height }: Sides = { width: 16, height: 16 }) {
  const channels = colour.alpha === undefined ? 3 : 4;
  return sharp({ create: { width, height, channels, background: colour } });
}

/** Values 0..255 spread over 16 bit, three channels. */
function sixteenBit(values: readonly [number, number, number]): Promise<Buffer> {
  const pixel = values.map((value) => value * 257);
  const data = Uint16Array.from(Array.from({ length: 256 }, () => pixel).flat());
  const raw = { width: 16, height: 16, channels: 3 as const };
  return sharp(data, { raw }).toColourspace('rgb16').png().toBuffer();
}

/** A chunk of a PNG: length, kind, data, checksum. */
function chunk(kind: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(kind, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}

/** The same PNG with a chunk more behind its header. */
function withChunk(png: Buffer, kind: string, data: Buffer): Buffer {
  return Buffer.concat([png.subarray(0, 33), chunk(kind, data), png.subarray(33)]);
}

/** sharp's own Display P3 or sRGB profile. */
async function profile(name: 'p3' | 'srgb'): Promise<Buffer> {
  const file = await plain({ r: 0, g: 0, b: 0 }).withIccProfile(name).png().toBuffer();
  const { icc } = await sharp(file).metadata();
  assert.ok(icc);
  return icc;
}

async function withProfile(png: Buffer, name: 'p3' | 'srgb'): Promise<Buffer> {
  const packed = deflateSync(await profile(name));
  return withChunk(png, 'iCCP', Buffer.concat([Buffer.from('icc\0\0', 'latin1'), packed]));
}

/** A PNG that announces these sides and holds next to nothing. */
function hollowPng({ width, height }: Sides): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', deflateSync(Buffer.alloc(100)))]);
}

/** The first pixel and the notes of a picture that must decode. */
async function firstPixel(bytes: Uint8Array, format: DecodableFormat) {
  const result = await decode(bytes, format);
  assert.equal(result.kind, 'decoded');
  return { pixel: [...result.bitmap.data.subarray(0, 3)], notes: result.notes };
}

const drawn = () => sharp(join(folder, 'large.jpg'));

test('a picture without anything odd has no note', async () => {
  const png = await plain({ r: 1, g: 2, b: 3 }).png().toBuffer();
  assert.deepEqual(await firstPixel(png, 'png'), { pixel: [1, 2, 3], notes: [] });
});

test('half transparent black becomes grey on white, with a note', async () => {
  const png = await plain({ r: 0, g: 0, b: 0, alpha: 128 / 255 })
    .png()
    .toBuffer();
  assert.deepEqual(await firstPixel(png, 'png'), { pixel: [127, 127, 127], notes: ['alpha-on-white'] });
});

test('an alpha channel that is opaque everywhere leaves no note', async () => {
  const png = await plain({ r: 9, g: 8, b: 7, alpha: 1 }).png().toBuffer();
  assert.deepEqual(await firstPixel(png, 'png'), { pixel: [9, 8, 7], notes: [] });
});

test('an embedded Display P3 profile is applied, with a note', async () => {
  // Display P3 (200, 50, 50) is sRGB (218, 24, 41) by libvips 8.18 with this profile.
  const png = await withProfile(await plain({ r: 200, g: 50, b: 50 }).png().toBuffer(), 'p3');
  assert.deepEqual(await firstPixel(png, 'png'), { pixel: [218, 24, 41], notes: ['profile-applied'] });
});

test('an embedded profile of a 16-bit picture is applied as well', async () => {
  // As above. Left in sharp's working space it would be (200, 50, 50).
  const png = await withProfile(await sixteenBit([200, 50, 50]), 'p3');
  assert.deepEqual(await firstPixel(png, 'png'), {
    pixel: [218, 24, 41],
    notes: ['profile-applied', 'sixteen-bit'],
  });
});

test('an embedded sRGB profile leaves the pixels as stored and no note', async () => {
  const png = await withProfile(await plain({ r: 200, g: 50, b: 50 }).png().toBuffer(), 'srgb');
  assert.deepEqual(await firstPixel(png, 'png'), { pixel: [200, 50, 50], notes: [] });
});

test('sRGB is told by its name, linear sRGB is not sRGB', async () => {
  const names = [
    'sRGB IEC61966-2.1',
    'GIMP built-in sRGB',
    'c2',
    'uRGB',
    'Linear sRGB',
    'Display P3',
    'scRGB',
    '',
  ];
  const told = names.map((description) => isSrgb({ space: 'RGB', description }));
  assert.deepEqual(told, [true, true, true, true, false, false, false, false]);
});

test('a profile names its colour space and itself', async () => {
  assert.deepEqual(readProfile(await profile('p3')), { space: 'RGB', description: 'sP3C' });
});

test('bytes that are no profile are none', () => {
  assert.equal(readProfile(new Uint8Array(200)), undefined);
});

test('16 bit become 8 by the upper byte, with a note', async () => {
  const result = await firstPixel(await sixteenBit([7, 128, 255]), 'png');
  assert.deepEqual(result, { pixel: [7, 128, 255], notes: ['sixteen-bit'] });
});

test('a CMYK picture is converted, with a note', async () => {
  const jpeg = await plain({ r: 255, g: 255, b: 255 }).toColourspace('cmyk').jpeg().toBuffer();
  const { pixel, notes } = await firstPixel(jpeg, 'jpeg');
  assert.deepEqual(notes, ['cmyk']);
  assert.ok(Math.min(...pixel) > 250);
});

test('grey is repeated to three channels', async () => {
  const png = await plain({ r: 90, g: 90, b: 90 }).toColourspace('b-w').png().toBuffer();
  assert.deepEqual((await firstPixel(png, 'png')).pixel, [90, 90, 90]);
});

test('of an animation the first frame is used, with a note', async () => {
  const frames = Buffer.concat([Buffer.alloc(16 * 16 * 3, 10), Buffer.alloc(16 * 16 * 3, 200)]);
  const raw = { width: 16, height: 32, channels: 3 as const, pageHeight: 16 };
  const webp = await sharp(frames, { raw }).webp({ lossless: true }).toBuffer();
  assert.deepEqual(await firstPixel(webp, 'webp'), { pixel: [10, 10, 10], notes: ['first-frame'] });
});

test('an animated PNG is told by its control chunk', async () => {
  const png = withChunk(await plain({ r: 5, g: 5, b: 5 }).png().toBuffer(), 'acTL', Buffer.alloc(8, 1));
  assert.deepEqual((await firstPixel(png, 'png')).notes, ['first-frame']);
});

test('a JPEG cut in half is truncated', async () => {
  const jpeg = await drawn().jpeg().toBuffer();
  const result = await decode(jpeg.subarray(0, jpeg.length / 2), 'jpeg');
  assert.deepEqual(result, { kind: 'left-out', reason: 'truncated', facts: {} });
});

test('a PNG cut in half is truncated', async () => {
  const png = await drawn().png().toBuffer();
  const result = await decode(png.subarray(0, png.length / 2), 'png');
  assert.deepEqual(result, { kind: 'left-out', reason: 'truncated', facts: {} });
});

test('a WebP cut in half is truncated', async () => {
  const webp = await drawn().webp().toBuffer();
  const result = await decode(webp.subarray(0, webp.length / 2), 'webp');
  assert.deepEqual(result, { kind: 'left-out', reason: 'truncated', facts: {} });
});

test('an AVIF cut in half is truncated', async () => {
  const avif = await drawn().resize(64).avif().toBuffer();
  const result = await decode(avif.subarray(0, avif.length / 2), 'avif');
  assert.deepEqual(result, { kind: 'left-out', reason: 'truncated', facts: {} });
});

test('a JPEG with junk between its segments is used, with a note', async () => {
  const jpeg = await drawn().jpeg().toBuffer();
  const junk = Buffer.concat([jpeg.subarray(0, 20), Buffer.alloc(5), jpeg.subarray(20)]);
  assert.deepEqual((await firstPixel(junk, 'jpeg')).notes, ['damaged']);
});

test('a broken header is unreadable', async () => {
  const result = await decode(Buffer.from('\xff\xd8\xff\xd9', 'latin1'), 'jpeg');
  assert.deepEqual(result, { kind: 'left-out', reason: 'unreadable', facts: {} });
});

test('a picture above the pixel limit is refused by its header, with its sides', async () => {
  const result = await decode(hollowPng({ width: 100_000, height: 90_000 }), 'png');
  const facts = { width: 100_000, height: 90_000, limit: pixelLimit };
  assert.deepEqual(result, { kind: 'left-out', reason: 'too-large', facts });
});

test('a picture whose announced sides the decoder itself refuses is too large as well', async () => {
  const result = await decode(hollowPng({ width: 2 ** 31 - 1, height: 1 }), 'png');
  assert.equal(result.kind === 'left-out' && result.reason, 'too-large');
});

test('a picture one pixel wide is too small', async () => {
  const png = await plain({ r: 0, g: 0, b: 0 }, { width: 1, height: 30 }).png().toBuffer();
  const facts = { width: 1, height: 30, limit: 2 };
  assert.deepEqual(await decode(png, 'png'), { kind: 'left-out', reason: 'too-small', facts });
});

test('a drawing that came past the sniffer meets no loader', async () => {
  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
  const result = await decode(svg, 'png');
  assert.equal(result.kind, 'left-out');
});

test('the content decides over the suffix, with a note', async () => {
  const png = await plain({ r: 1, g: 2, b: 3 }).png().toBuffer();
  const result = await readPicture(png, 'photo.jpg', rule);
  assert.deepEqual(result.kind === 'read' && result.notes, ['wrong-suffix']);
});

test('an AVIF named .heif has no wrong suffix', async () => {
  const avif = await plain({ r: 1, g: 2, b: 3 }).avif().toBuffer();
  const result = await readPicture(avif, 'photo.heif', rule);
  assert.deepEqual(result.kind === 'read' && result.notes, []);
});

test('a raw picture of a camera that poses as TIFF is unsupported', async () => {
  const tiff = await plain({ r: 1, g: 2, b: 3 }).tiff().toBuffer();
  const result = await readPicture(tiff, 'IMG_1.NEF', rule);
  assert.deepEqual(result, { kind: 'left-out', reason: 'unsupported-format', facts: { format: 'RAW' } });
});

test('an empty file is empty', async () => {
  const result = await readPicture(new Uint8Array(0), 'photo.jpg', rule);
  assert.deepEqual(result, { kind: 'left-out', reason: 'empty', facts: {} });
});

test('text under a picture suffix is not a picture', async () => {
  const result = await readPicture(Buffer.from('404 not found'), 'photo.jpg', rule);
  assert.deepEqual(result, { kind: 'left-out', reason: 'not-a-picture', facts: {} });
});

test('a picture in a part of a larger buffer is read', async () => {
  const png = readFileSync(join(folder, 'tiny.png'));
  const larger = Buffer.concat([Buffer.alloc(7), png, Buffer.alloc(7)]);
  const result = await readPicture(larger.subarray(7, 7 + png.length), 'tiny.png', rule);
  assert.equal(result.kind, 'read');
});
