/** Bits after the point of a weight: 32 less 8 of the pixel and 2 of head-room. */
export const precision = 32 - 8 - 2;

/** For each of `size` output pixels the first input pixel, how many, and their weights * 2^22. */
export interface Coefficients {
  readonly size: number;
  /** Room for weights per output pixel: those of pixel x begin at x * taps. */
  readonly taps: number;
  readonly starts: Int32Array;
  readonly counts: Int32Array;
  readonly weights: Int32Array;
  /** The input pixels that are read at all: from `first` up to, not including, `last`. */
  readonly first: number;
  readonly last: number;
}

const kept = new Map<string, Coefficients>();
/** Pictures of one camera share their sides; a folder of web pictures does not. About 40 kB each. */
const keptTables = 64;

/**
 * The weights that scale pixels [start, start + length) of a line of `inputs` to `size` pixels. The triangle
 * filter f(t) = max(0, 1 - |t|) is as wide as one output pixel when shrinking, never narrower than one input
 * pixel:
 *
 *     scale = length / size,  s = max(scale, 1),  centre_x = start + (x + 0.5) * scale
 *     from = max(0, trunc(centre_x - s + 0.5)),  to = min(inputs, trunc(centre_x + s + 0.5))
 *     w_j = f((from + j - centre_x + 0.5) * (1 / s)),  weight_j = trunc(w_j / sum(w) * 2^22 + 0.5)
 *
 * Neighbours outside [start, start + length) count where they exist: a box is no crop. The order of the
 * float64 operations is Pillow's (`precompute_coeffs`), because another order rounds other weights.
 */
export function coefficients(inputs: number, start: number, length: number, size: number): Coefficients {
  const key = `${inputs} ${start} ${length} ${size}`;
  const known = kept.get(key);
  if (known) return known;
  if (kept.size >= keptTables) {
    const [oldest] = kept.keys();
    if (oldest !== undefined) kept.delete(oldest);
  }
  const made = compute(inputs, start, length, size);
  kept.set(key, made);
  return made;
}

function compute(inputs: number, start: number, length: number, size: number): Coefficients {
  const scale = length / size;
  const support = Math.max(scale, 1);
  const inverse = 1 / support;
  const taps = Math.ceil(support) * 2 + 1;
  const starts = new Int32Array(size);
  const counts = new Int32Array(size);
  const weights = new Int32Array(size * taps);
  const line = new Float64Array(taps);

  for (let x = 0; x < size; x += 1) {
    const centre = start + (x + 0.5) * scale;
    const from = Math.max(0, Math.trunc(centre - support + 0.5));
    const count = Math.min(inputs, Math.trunc(centre + support + 0.5)) - from;
    let sum = 0;
    for (let j = 0; j < count; j += 1) {
      line[j] = triangle((j + from - centre + 0.5) * inverse);
      sum += line[j];
    }
    for (let j = 0; j < count; j += 1) {
      const share = sum === 0 ? line[j] : line[j] / sum;
      weights[x * taps + j] = Math.trunc(0.5 + share * (1 << precision));
    }
    starts[x] = from;
    counts[x] = count;
  }
  // Centres grow with x, so the first and the last output pixel span all that is read.
  return { size, taps, starts, counts, weights, first: starts[0], last: starts[size - 1] + counts[size - 1] };
}

function triangle(t: number): number {
  const distance = Math.abs(t);
  return distance < 1 ? 1 - distance : 0;
}
