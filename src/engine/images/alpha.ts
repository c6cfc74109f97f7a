/** RGB laid on white, and whether any pixel let the white through. */
export interface Flattened {
  readonly data: Uint8Array;
  readonly transparent: boolean;
}

/**
 * RGBA to RGB on white: out = floor((c * a + 255 * (255 - a) + 127) / 255). Works in place: the result is the
 * front of the same memory, because a large picture would not fit twice.
 */
export function flattenOnWhite(rgba: Uint8Array): Flattened {
  const pixels = rgba.length / 4;
  let transparent = false;
  for (let p = 0; p < pixels; p += 1) {
    const from = p * 4;
    const to = p * 3;
    const alpha = rgba[from + 3];
    if (alpha === 255) {
      rgba[to] = rgba[from];
      rgba[to + 1] = rgba[from + 1];
      rgba[to + 2] = rgba[from + 2];
      continue;
    }
    transparent = true;
    const white = 255 * (255 - alpha) + 127;
    rgba[to] = Math.floor((rgba[from] * alpha + white) / 255);
    rgba[to + 1] = Math.floor((rgba[from + 1] * alpha + white) / 255);
    rgba[to + 2] = Math.floor((rgba[from + 2] * alpha + white) / 255);
  }
  return { data: rgba.subarray(0, pixels * 3), transparent };
}
