import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatByContent, formatBySuffix } from '../../src/engine/images/sniff.js';

/** Bytes from Latin-1 text. */
function bytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'));
}

/** A TIFF with one directory of one entry, little-endian. */
function tiff(tag: number, behindHeader = ''): Uint8Array {
  const file = Buffer.alloc(64);
  file.write('II*\0', 0, 'latin1');
  file.writeUInt32LE(20, 4);
  file.write(behindHeader, 8, 'latin1');
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(tag, 22);
  return new Uint8Array(file);
}

test('each format is known by its first bytes', () => {
  const heads = {
    jpeg: '\xff\xd8\xff\xe0',
    png: '\x89PNG\r\n\x1a\n',
    gif: 'GIF89a',
    webp: 'RIFF\x10\0\0\0WEBPVP8 ',
    tiff: 'MM\0*\0\0\0\x08',
    avif: '\0\0\0\x18ftypmif1\0\0\0\0mif1avif',
    heic: '\0\0\0\x18ftypheic\0\0\0\0mif1heic',
    bmp: 'BM\x3a\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0',
    ico: '\0\0\x01\0\x01\0',
    svg: '<?xml version="1.0"?>\n<!-- drawn -->\n<svg xmlns="http://www.w3.org/2000/svg">',
    pdf: '%PDF-1.4',
    psd: '8BPS\0\x01',
    jp2: '\0\0\0\x0cjP  \r\n\x87\n',
    jxl: '\xff\x0a\0',
    qoi: 'qoif\0\0\0\x02',
    hdr: '#?RADIANCE\n',
    raw: 'FUJIFILMCCD-RAW ',
    pnm: 'P6\n2 2\n255\n',
    mp4: '\0\0\0\x18ftypisom\0\0\0\0isom',
    avi: 'RIFF\x10\0\0\0AVI LIST',
    webm: '\x1a\x45\xdf\xa3\x01',
    zip: 'PK\x03\x04',
    gzip: '\x1f\x8b\x08',
  };
  const found = Object.fromEntries(Object.values(heads).map((head) => [formatByContent(bytes(head)), head]));
  assert.deepEqual(found, heads);
});

test('BigTIFF is TIFF', () => {
  assert.equal(formatByContent(bytes('II+\0\x08\0\0\0')), 'tiff');
});

test('a TGA file is known by the mark at its end', () => {
  assert.equal(formatByContent(bytes(`\0\0\x02${'\0'.repeat(40)}TRUEVISION-XFILE.\0`)), 'tga');
});

test('a TIFF of a camera is raw if it holds the DNG version tag', () => {
  assert.equal(formatByContent(tiff(50706)), 'raw');
});

test('a TIFF of a camera is raw if it carries the mark of Canon', () => {
  assert.equal(formatByContent(tiff(256, 'CR\x02\0')), 'raw');
});

test('a TIFF with ordinary tags is no raw picture', () => {
  assert.equal(formatByContent(tiff(256)), 'tiff');
});

test('a web page with a drawing inside is no SVG', () => {
  assert.equal(formatByContent(bytes('<!DOCTYPE html><html><svg></svg></html>')), 'unknown');
});

test('a text that begins with BM is no BMP', () => {
  assert.equal(formatByContent(bytes('BMW and other makers, a list of cars')), 'unknown');
});

test('no bytes at all have no format', () => {
  assert.equal(formatByContent(new Uint8Array(0)), 'unknown');
});

test('a part of a larger buffer is read from its own start', () => {
  assert.equal(formatByContent(bytes('....GIF89a').subarray(4)), 'gif');
});

test('the suffix names its format in any case and counts from the last dot', () => {
  assert.deepEqual(['a.JPG', 'b.png.jfif', '.hidden.tif', 'c.NEF'].map(formatBySuffix), [
    'jpeg',
    'jpeg',
    'tiff',
    'raw',
  ]);
});

test('a name without a suffix, or with that of no picture, names no format', () => {
  assert.deepEqual(['photo', 'notes.txt', 'photo.jpg_large', ''].map(formatBySuffix), [
    'unknown',
    'unknown',
    'unknown',
    'unknown',
  ]);
});
