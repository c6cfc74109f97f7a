import { assertNever } from '../../shared/assert-never.js';
import type { PixelRule } from '../../shared/contract/preprocessing.js';
import type { Bitmap } from './picture.js';
import { resample, type Box } from './resample.js';

/** The pixel contract from the decoded, upright bitmap on: RGB [size, size, 3], 0..255, in a new array. */
export function toPixels(bitmap: Bitmap, rule: PixelRule): Uint8Array {
  switch (rule.crop) {
    case 'centre-square':
      return resample(bitmap, centreSquare(bitmap), rule.size, rule.size);
    case 'stretch':
      return resample(bitmap, whole(bitmap), rule.size, rule.size);
    case 'fit-and-pad':
      return fitAndPad(bitmap, rule);
    default:
      return assertNever(rule.crop);
  }
}

/** The largest square in the middle, an odd pixel more on the right or below. */
export function centreSquare(sides: { readonly width: number; readonly height: number }): Box {
  const side = Math.min(sides.width, sides.height);
  const left = Math.floor((sides.width - side) / 2);
  const top = Math.floor((sides.height - side) / 2);
  return { left, top, width: side, height: side };
}

function whole(bitmap: Bitmap): Box {
  return { left: 0, top: 0, width: bitmap.width, height: bitmap.height };
}

function fitAndPad(bitmap: Bitmap, rule: PixelRule): Uint8Array {
  const { size, pad } = rule;
  const longer = Math.max(bitmap.width, bitmap.height);
  const width = fitted(bitmap.width, longer, size);
  const height = fitted(bitmap.height, longer, size);
  const scaled = resample(bitmap, whole(bitmap), width, height);
  if (width === size && height === size) return scaled;

  const left = Math.floor((size - width) / 2);
  const top = Math.floor((size - height) / 2);
  const out = filled(size, pad);
  for (let y = 0; y < height; y += 1) {
    const row = scaled.subarray(y * width * 3, (y + 1) * width * 3);
    out.set(row, ((top + y) * size + left) * 3);
  }
  return out;
}

/** side * size / longer, rounded half up in whole numbers, at least 1. */
function fitted(side: number, longer: number, size: number): number {
  return Math.max(1, Math.floor((2 * side * size + longer) / (2 * longer)));
}

function filled(size: number, pad: PixelRule['pad']): Uint8Array {
  const out = new Uint8Array(size * size * 3);
  for (let i = 0; i < out.length; i += 3) {
    out[i] = pad[0];
    out[i + 1] = pad[1];
    out[i + 2] = pad[2];
  }
  return out;
}
