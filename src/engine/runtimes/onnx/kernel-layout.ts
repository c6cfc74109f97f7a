import type { Tensor } from '../../graph/weights.js';

/** [h, w, in, out] -> [out, in, h, w] */
export function conv({ shape, values }: Tensor): Tensor {
  const [height, width, inputs, outputs] = shape;
  const taps = height * width;
  const out = new Float32Array(values.length);
  for (let tap = 0; tap < taps; tap++) {
    for (let i = 0; i < inputs; i++) {
      const from = (tap * inputs + i) * outputs;
      for (let o = 0; o < outputs; o++) out[(o * inputs + i) * taps + tap] = values[from + o];
    }
  }
  return { shape: [outputs, inputs, height, width], values: out };
}

/** [h, w, in, m] -> [in * m, 1, h, w] */
export function depthwise({ shape, values }: Tensor): Tensor {
  const [height, width, inputs, multiplier] = shape;
  const taps = height * width;
  const channels = inputs * multiplier;
  const out = new Float32Array(values.length);
  for (let tap = 0; tap < taps; tap++) {
    for (let c = 0; c < channels; c++) out[c * taps + tap] = values[tap * channels + c];
  }
  return { shape: [channels, 1, height, width], values: out };
}
