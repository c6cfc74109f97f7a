import { atPrecision, channelsOf, type CpuTensor, type Precision } from '../array.js';

/** Sums to begin with, [rows, outputs]: the bias in each row, or zeros. */
export function rowsOfBias(bias: CpuTensor | undefined, rows: number, outputs: number): Float64Array {
  const sums = new Float64Array(rows * outputs);
  if (bias) for (let row = 0; row < rows; row++) sums.set(bias.values, row * outputs);
  return sums;
}

/** db = sum of dy over all but the last axis, [outputs]; nothing where there is no bias. */
export function biasGradient(
  bias: CpuTensor | undefined,
  gradient: CpuTensor,
  precision: Precision,
): { bias?: CpuTensor } {
  if (!bias) return {};
  return { bias: atPrecision({ shape: bias.shape, values: sumPerChannel(gradient) }, precision) };
}

function sumPerChannel(gradient: CpuTensor): Float64Array {
  const channels = channelsOf(gradient);
  const sums = new Float64Array(channels);
  for (let row = 0; row < gradient.values.length; row += channels) {
    for (let c = 0; c < channels; c++) sums[c] += gradient.values[row + c];
  }
  return sums;
}
