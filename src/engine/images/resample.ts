import { coefficients, precision, type Coefficients } from './coefficients.js';
import type { Bitmap } from './picture.js';

/** The part of a bitmap that is scaled, in whole pixels; the filter also reads beyond its edge. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Adding one half before the shift rounds half up. */
const half = 1 << (precision - 1);

/**
 * `pillow-bilinear-v1`: the box of a bitmap scaled to width x height, RGB [height, width, 3] in a new array.
 * Equals Pillow's `resize((width, height), BILINEAR, box)` on every byte: a triangle filter, widened when
 * shrinking, as two passes of integers, the first along the rows and only over those that the second reads;
 * its result is rounded to 8 bit. A pass that would change nothing is left out.
 *
 *     out = (2^21 + sum_j in[first + j] * weight_j) >> 22
 *
 * The sum stays below 255 * (2^22 + n / 2) + 2^21 for n weights and so inside 31 bits: `| 0` keeps it in an
 * integer register.
 */
export function resample(bitmap: Bitmap, box: Box, width: number, height: number): Uint8Array {
  const alongRows = width !== bitmap.width || box.left !== 0 || box.width !== bitmap.width;
  const alongColumns = height !== bitmap.height || box.top !== 0 || box.height !== bitmap.height;
  const columns = coefficients(bitmap.width, box.left, box.width, width);
  const rows = coefficients(bitmap.height, box.top, box.height, height);

  if (!alongColumns) {
    const out = new Uint8Array(width * height * 3);
    if (alongRows) scaleRows(bitmap, 0, height, columns, out);
    else out.set(bitmap.data.subarray(0, out.length));
    return out;
  }
  if (!alongRows) return scaleColumns(bitmap.data, width, 0, rows);

  const read = rows.last - rows.first;
  const between = scratch(read * width * 3);
  scaleRows(bitmap, rows.first, read, columns, between);
  return scaleColumns(between, width, rows.first, rows);
}

/** First pass: `count` rows from row `first` on, each to `columns.size` pixels; `out` [count, size, 3]. */
function scaleRows(
  bitmap: Bitmap,
  first: number,
  count: number,
  columns: Coefficients,
  out: Uint8Array,
): void {
  const { data, width } = bitmap;
  const { size, taps, starts, counts, weights } = columns;
  let o = 0;
  for (let y = 0; y < count; y += 1) {
    const row = (first + y) * width * 3;
    for (let x = 0; x < size; x += 1) {
      let i = row + starts[x] * 3;
      let red = half;
      let green = half;
      let blue = half;
      const begin = x * taps;
      const end = begin + counts[x];
      for (let k = begin; k < end; k += 1) {
        const weight = weights[k];
        red = (red + Math.imul(weight, data[i])) | 0;
        green = (green + Math.imul(weight, data[i + 1])) | 0;
        blue = (blue + Math.imul(weight, data[i + 2])) | 0;
        i += 3;
      }
      out[o] = toByte(red);
      out[o + 1] = toByte(green);
      out[o + 2] = toByte(blue);
      o += 3;
    }
  }
}

/**
 * Second pass: `data` holds the rows from `first` on, [.., width, 3]; the result is [rows.size, width, 3].
 * Whole rows are added one after the other, so that memory is read in order.
 */
function scaleColumns(data: Uint8Array, width: number, first: number, rows: Coefficients): Uint8Array {
  const { size, taps, starts, counts, weights } = rows;
  const length = width * 3;
  const out = new Uint8Array(size * length);
  const sums = sumsOf(length);
  for (let y = 0; y < size; y += 1) {
    sums.fill(half, 0, length);
    for (let j = 0; j < counts[y]; j += 1) {
      const weight = weights[y * taps + j];
      const row = (starts[y] - first + j) * length;
      for (let x = 0; x < length; x += 1) sums[x] = (sums[x] + Math.imul(weight, data[row + x])) | 0;
    }
    const o = y * length;
    for (let x = 0; x < length; x += 1) out[o + x] = toByte(sums[x]);
  }
  return out;
}

/** Weights are not negative, so only the upper end needs a guard. */
function toByte(sum: number): number {
  const value = sum >> precision;
  return value > 255 ? 255 : value;
}

/** Reused by every call: the result of the first pass and one row of sums. Kept up to 32 MiB. */
let bytes = new Uint8Array(0);
let sums = new Int32Array(0);
const keptBytes = 32 << 20;

function scratch(length: number): Uint8Array {
  if (length > keptBytes) return new Uint8Array(length);
  if (bytes.length < length) bytes = new Uint8Array(length);
  return bytes;
}

function sumsOf(length: number): Int32Array {
  if (sums.length < length) sums = new Int32Array(length);
  return sums;
}
