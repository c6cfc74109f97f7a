import type { Edges, Pair, Window } from '../../graph/node.js';
import { placeWindow } from '../../graph/operations/padding.js';
import type { CpuTensor } from './array.js';

/** A window that slides over maps [batch, height, width, channels]. */
export interface SlidingWindow {
  readonly batch: number;
  /** Height and width of the input, the output and the window. */
  readonly input: Pair;
  readonly output: Pair;
  readonly size: Pair;
  readonly stride: Pair;
  readonly dilation: Pair;
  readonly edges: Edges;
}

export function slidingWindow(
  window: Window,
  x: CpuTensor,
  size: Pair,
  dilation: Pair = [1, 1],
): SlidingWindow {
  const [batch, height, width] = x.shape;
  const input: Pair = [height, width];
  return {
    batch,
    input,
    size,
    dilation,
    stride: window.stride,
    ...placeWindow(window, input, size, dilation),
  };
}

/** Number of output pixels in the whole batch. */
export function outputPixels({ batch, output }: SlidingWindow): number {
  return batch * output[0] * output[1];
}

/**
 * Visits every pair of an output pixel and an input pixel under its window. The three numbers are the indices of
 * the output pixel and the input pixel in the batch, and of the tap in the window, all row by row. Pixels in the
 * padding are left out: there they are zero to a convolution and nothing to a pool.
 */
export function eachTap(
  { batch, input, output, size, stride, dilation, edges }: SlidingWindow,
  visit: (outputPixel: number, inputPixel: number, tap: number) => void,
): void {
  for (let n = 0; n < batch; n++) {
    for (let row = 0; row < output[0]; row++) {
      for (let column = 0; column < output[1]; column++) {
        const outputPixel = (n * output[0] + row) * output[1] + column;
        for (let i = 0; i < size[0]; i++) {
          const y = row * stride[0] - edges.top + i * dilation[0];
          if (y < 0 || y >= input[0]) continue;
          for (let j = 0; j < size[1]; j++) {
            const x = column * stride[1] - edges.left + j * dilation[1];
            if (x < 0 || x >= input[1]) continue;
            visit(outputPixel, (n * input[0] + y) * input[1] + x, i * size[1] + j);
          }
        }
      }
    }
  }
}
