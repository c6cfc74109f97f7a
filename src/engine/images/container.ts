import type { Format } from './sniff.js';

/**
 * Whether a file that could not be decoded ends before its picture, by the lengths that its container
 * announces. False where the format announces none or all lengths fit.
 */
export function endsEarly(bytes: Uint8Array, format: Format): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (format) {
    case 'png':
      return pngChunks(bytes).cut;
    case 'webp':
      return bytes.length >= 8 && view.getUint32(4, true) + 8 > bytes.length;
    case 'avif':
      return boxesEndEarly(view);
    case 'gif':
      return bytes[bytes.length - 1] !== gifTrailer;
    default:
      return false;
  }
}
const gifTrailer = 0x3b;

export interface Sides {
  readonly width: number;
  readonly height: number;
}

/** The sides that the first bytes announce, for a file whose header the decoder refuses; 0 if not known. */
export function announcedSides(bytes: Uint8Array, format: Format): Sides {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (format === 'png' && bytes.length >= 24)
    return { width: view.getUint32(16), height: view.getUint32(20) };
  if (format === 'gif' && bytes.length >= 10) {
    return { width: view.getUint16(6, true), height: view.getUint16(8, true) };
  }
  return { width: 0, height: 0 };
}

/** An animated PNG announces its frames (`acTL`) before the default picture (`IDAT`). */
export function isAnimatedPng(bytes: Uint8Array): boolean {
  const { kinds } = pngChunks(bytes, 'IDAT');
  return kinds.includes('acTL');
}

/**
 * An animated AVIF (major brand `avis`) also holds a still; the decoder only looks at it if the file calls
 * itself `avif`. Returns the bytes themselves, or a copy under that name.
 */
export function stillAvif(bytes: Uint8Array): Uint8Array {
  if (!isAvifSequence(bytes)) return bytes;
  const still = Buffer.from(bytes);
  still.write('avif', 8, 'latin1');
  return still;
}

export function isAvifSequence(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(4, 12)).toString('latin1') === 'ftypavis';
}

/** Walks the chunks: length, kind, data, checksum. Cut: the file ends inside one or before `IEND`. */
function pngChunks(
  bytes: Uint8Array,
  last = 'IEND',
): { readonly kinds: readonly string[]; readonly cut: boolean } {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kinds: string[] = [];
  let at = 8;
  while (at + 8 <= buffer.length) {
    const kind = buffer.toString('latin1', at + 4, at + 8);
    if (!/^[A-Za-z]{4}$/.test(kind)) return { kinds, cut: false };
    kinds.push(kind);
    if (kind === last) return { kinds, cut: false };
    at += buffer.readUInt32BE(at) + 12;
  }
  return { kinds, cut: true };
}

/** ISO base media: boxes of size (32 bit; 1: 64 bit follow; 0: to the end) and kind. */
function boxesEndEarly(view: DataView): boolean {
  let at = 0;
  while (at + 8 <= view.byteLength) {
    const size = view.getUint32(at);
    if (size === 0) return false;
    if (size === 1 && at + 16 > view.byteLength) return true;
    const length = size === 1 ? Number(view.getBigUint64(at + 8)) : size;
    if (length < 8) return false;
    at += length;
  }
  return at > view.byteLength;
}
