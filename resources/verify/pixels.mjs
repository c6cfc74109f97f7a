/**
 * From a picture file to the pixels the model sees, as preprocessing.json says.
 *
 * The rule, in order: decode (orientation applied, 8-bit sRGB, first frame), lay alpha on white, then crop and
 * resize with the arithmetic of Pillow's BILINEAR, which averages over all the pixels that a target pixel covers,
 * across first and down second (Pillow 12.2 and later take some pictures down first, and round differently there).
 * A plain bilinear resize (canvas, OpenCV, most tensor libraries) gives other pixels and other probabilities.
 *
 * Needs: npm install sharp
 */
import { readFile } from 'node:fs/promises';
import sharp from 'sharp';

/** Weights are whole numbers with this many bits behind the binary point, as in Pillow's 8-bit resize. */
const PRECISION_BITS = 22;
const HALF = 1 << (PRECISION_BITS - 1);

/** The pixels of one picture file: Uint8Array, RGB, [size, size, 3]. */
export async function pixelsOfFile(path, preprocessing) {
  return placePicture(await decodePicture(path), preprocessing);
}

/** Throws one sentence if `preprocessing` asks for something that this file does not know how to do. */
export function checkPreprocessing(preprocessing) {
  const known = [
    ['format', 'headstart-preprocessing'],
    ['version', 1],
    ['resample', 'pillow-bilinear-v1'],
    ['channels', 'RGB'],
    ['layout', 'NHWC'],
  ];
  for (const [key, value] of known) {
    const found = preprocessing?.[key];
    if (found !== value) {
      const [said, due] = [found, value].map((it) => JSON.stringify(it));
      throw new Error(`The preprocessing record says ${key} ${said}; known is ${due}.`);
    }
  }
  if (!['centre-square', 'fit-and-pad', 'stretch'].includes(preprocessing.crop)) {
    throw new Error(`The preprocessing record names an unknown crop: ${JSON.stringify(preprocessing.crop)}.`);
  }
  if (!Number.isInteger(preprocessing.size) || preprocessing.size < 1) {
    throw new Error('The preprocessing record holds no usable size.');
  }
  if (!Array.isArray(preprocessing.pad) || preprocessing.pad.length !== 3) {
    throw new Error('The preprocessing record holds no usable pad colour.');
  }
  if (!Array.isArray(preprocessing.labels) || !preprocessing.labels.every((l) => typeof l === 'string')) {
    throw new Error('The preprocessing record holds no list of labels.');
  }
}

/** The whole picture: { data: RGB bytes, width, height }, upright, sRGB, on white. */
export async function decodePicture(path) {
  const file = await readFile(path);
  // A file cut short is decoded as far as it goes; whether it is good enough to use is not decided here.
  const { space, icc } = await sharp(file, { failOn: 'none' }).metadata();
  let picture = sharp(file, { failOn: 'none' }).autoOrient().toColourspace('srgb');
  // sharp turns 16-bit RGB with a profile into Display P3 unless an output profile is named.
  if (space === 'rgb16' && icc !== undefined) picture = picture.withIccProfile('srgb');
  const { data, info } = await picture.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  return { data: toOpaqueRgb(data, info.channels), width: info.width, height: info.height };
}

/** Grey, grey with alpha, RGB or RGBA bytes to RGB bytes, alpha laid on white in whole numbers. */
function toOpaqueRgb(bytes, channels) {
  if (channels === 3) return bytes;
  const count = bytes.length / channels;
  const hasAlpha = channels === 2 || channels === 4;
  const isGrey = channels < 3;
  const rgb = new Uint8Array(count * 3);
  for (let i = 0; i < count; i++) {
    const alpha = hasAlpha ? bytes[i * channels + channels - 1] : 255;
    for (let c = 0; c < 3; c++) {
      const value = bytes[i * channels + (isGrey ? 0 : c)];
      rgb[i * 3 + c] = Math.floor((value * alpha + 255 * (255 - alpha) + 127) / 255);
    }
  }
  return rgb;
}

/** A decoded picture to [size, size, 3] by the crop rule of the contract. */
export function placePicture(picture, preprocessing) {
  const { width, height } = picture;
  const { crop, size, pad } = preprocessing;
  if (crop === 'stretch') return resizeBilinear(picture, [0, 0, width, height], size, size);
  if (crop === 'centre-square') {
    const side = Math.min(width, height);
    const left = Math.floor((width - side) / 2);
    const top = Math.floor((height - side) / 2);
    return resizeBilinear(picture, [left, top, left + side, top + side], size, size);
  }
  return fitAndPad(picture, size, pad);
}

/** The whole picture inside a square of the pad colour, longer side = size. */
function fitAndPad(picture, size, pad) {
  const { width, height } = picture;
  const longer = Math.max(width, height);
  const fitted = (side) => Math.max(1, Math.floor((2 * side * size + longer) / (2 * longer)));
  const newWidth = fitted(width);
  const newHeight = fitted(height);
  const left = Math.floor((size - newWidth) / 2);
  const top = Math.floor((size - newHeight) / 2);
  const small = resizeBilinear(picture, [0, 0, width, height], newWidth, newHeight);
  const square = new Uint8Array(size * size * 3);
  for (let i = 0; i < square.length; i++) square[i] = pad[i % 3];
  for (let y = 0; y < newHeight; y++) {
    const row = small.subarray(y * newWidth * 3, (y + 1) * newWidth * 3);
    square.set(row, ((top + y) * size + left) * 3);
  }
  return square;
}

/**
 * Pillow's Image.resize((outWidth, outHeight), BILINEAR, box) on RGB bytes: a horizontal pass, rounded to bytes,
 * then a vertical pass. `box` is [left, top, right, bottom]; the filter may read pixels outside it.
 */
export function resizeBilinear(picture, box, outWidth, outHeight) {
  const { data, width, height } = picture;
  const across = filterWeights(width, box[0], box[2], outWidth);
  const down = filterWeights(height, box[1], box[3], outHeight);
  // Only the rows that the vertical pass reads.
  const firstRow = down[0].first;
  const last = down[outHeight - 1];
  const rows = last.first + last.weights.length - firstRow;

  const narrow = new Uint8Array(outWidth * rows * 3);
  for (let y = 0; y < rows; y++) {
    const rowStart = (firstRow + y) * width * 3;
    for (let x = 0; x < outWidth; x++) {
      const { first, weights } = across[x];
      const target = (y * outWidth + x) * 3;
      weightedSum(data, rowStart + first * 3, 3, weights, narrow, target);
    }
  }

  const out = new Uint8Array(outWidth * outHeight * 3);
  for (let y = 0; y < outHeight; y++) {
    const { first, weights } = down[y];
    for (let x = 0; x < outWidth; x++) {
      const start = ((first - firstRow) * outWidth + x) * 3;
      weightedSum(narrow, start, outWidth * 3, weights, out, (y * outWidth + x) * 3);
    }
  }
  return out;
}

/** One target pixel: the weighted sum of `weights.length` source pixels that lie `step` bytes apart. */
function weightedSum(source, start, step, weights, target, at) {
  let red = HALF;
  let green = HALF;
  let blue = HALF;
  for (let i = 0, p = start; i < weights.length; i++, p += step) {
    red += source[p] * weights[i];
    green += source[p + 1] * weights[i];
    blue += source[p + 2] * weights[i];
  }
  target[at] = toByte(red);
  target[at + 1] = toByte(green);
  target[at + 2] = toByte(blue);
}

function toByte(sum) {
  return Math.max(0, Math.min(255, sum >> PRECISION_BITS));
}

/**
 * For each target pixel along one side the first source pixel and the whole-number weights from there on.
 * A triangle over the source, as wide as the shrinking asks for and never narrower than one source pixel each way
 * (precompute_coeffs and normalize_coeffs_8bpc in Pillow's Resample.c).
 */
function filterWeights(sourceLength, from, to, outLength) {
  const scale = (to - from) / outLength;
  const support = Math.max(scale, 1);
  const inverse = 1 / support;
  const all = [];
  for (let i = 0; i < outLength; i++) {
    const centre = from + (i + 0.5) * scale;
    const first = Math.max(0, Math.trunc(centre - support + 0.5));
    const end = Math.min(sourceLength, Math.trunc(centre + support + 0.5));
    const heights = [];
    let sum = 0;
    for (let p = 0; p < end - first; p++) {
      const height = Math.max(0, 1 - Math.abs((p + first - centre + 0.5) * inverse));
      heights.push(height);
      sum += height;
    }
    const weights = heights.map((height) => Math.trunc(0.5 + (height / sum) * (1 << PRECISION_BITS)));
    all.push({ first, weights });
  }
  return all;
}
