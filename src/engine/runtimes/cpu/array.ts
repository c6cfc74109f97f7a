/** Float32 as every other runtime computes, or float64 where a check needs more digits. */
export type Precision = 'float32' | 'float64';

export type FloatArray = Float32Array | Float64Array;

/**
 * Values row by row; the shape begins with the batch, e.g. [batch, height, width, channels], except for weights.
 * Tensors may share their values (flatten does): whoever receives one only reads it.
 */
export interface CpuTensor {
  readonly shape: readonly number[];
  readonly values: FloatArray;
}

/** Tensors by name. `Weights` of the graph are such a map. */
export type CpuTensors = ReadonlyMap<string, CpuTensor>;

/**
 * The same numbers in the wanted precision; the tensor itself if it has it already. Operations add up in float64
 * and round here, once: a float32 result then carries one rounding for each operation, not one for each term.
 */
export function atPrecision(tensor: CpuTensor, precision: Precision): CpuTensor {
  const { shape, values } = tensor;
  if (precision === 'float32')
    return values instanceof Float32Array ? tensor : { shape, values: new Float32Array(values) };
  return values instanceof Float64Array ? tensor : { shape, values: new Float64Array(values) };
}

/** An array of zeros. */
export function zeros(count: number, precision: Precision): FloatArray {
  return precision === 'float32' ? new Float32Array(count) : new Float64Array(count);
}

/** Length of the last axis: channels of a map, features of a vector. */
export function channelsOf(tensor: CpuTensor): number {
  return tensor.shape[tensor.shape.length - 1];
}
