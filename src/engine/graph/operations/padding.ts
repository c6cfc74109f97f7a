import type { Edges, Pair, Window } from '../node.js';

/** Where a sliding window stands: explicit padding, and how many positions there are. */
export interface Placement {
  readonly edges: Edges;
  /** Output [height, width]; below 1 where the window does not fit. */
  readonly output: Pair;
}

/**
 * Resolves a window's padding for an input [height, width], a kernel [height, width] and a dilation.
 *
 *     reach  = (kernel - 1) * dilation + 1
 *     same:    total = max((ceil(input / stride) - 1) * stride + reach - input, 0), begin = floor(total / 2)
 *     output = floor((input + begin + end - reach) / stride) + 1
 *
 * With stride 2 the padding that *same* needs depends on whether the input is even or odd, and is often
 * asymmetric: the odd pixel goes to the bottom and right, as in TensorFlow. Every runtime and every export
 * takes its padding from here.
 */
export function placeWindow(window: Window, input: Pair, kernel: Pair, dilation: Pair = [1, 1]): Placement {
  const rows = placeAlong(window, 0, input, kernel, dilation);
  const columns = placeAlong(window, 1, input, kernel, dilation);
  return {
    edges: { top: rows.begin, bottom: rows.end, left: columns.begin, right: columns.end },
    output: [rows.output, columns.output],
  };
}

function placeAlong({ stride, padding }: Window, axis: 0 | 1, input: Pair, kernel: Pair, dilation: Pair) {
  const reach = (kernel[axis] - 1) * dilation[axis] + 1;
  const { begin, end } = edgesAlong(padding, axis, input[axis], reach, stride[axis]);
  return { begin, end, output: Math.floor((input[axis] + begin + end - reach) / stride[axis]) + 1 };
}

function edgesAlong(padding: Window['padding'], axis: 0 | 1, input: number, reach: number, stride: number) {
  if (padding === 'valid') return { begin: 0, end: 0 };
  if (padding === 'same') {
    const total = Math.max((Math.ceil(input / stride) - 1) * stride + reach - input, 0);
    const begin = Math.floor(total / 2);
    return { begin, end: total - begin };
  }
  return axis === 0
    ? { begin: padding.top, end: padding.bottom }
    : { begin: padding.left, end: padding.right };
}
