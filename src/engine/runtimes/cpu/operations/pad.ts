import type { Edges } from '../../../graph/node.js';
import { zeros, type CpuTensor } from '../array.js';
import type { CpuOperation } from '../operation.js';

/** y = x [n, h, w, c] with `value` around it; dx = the middle of dy. */
export const pad: CpuOperation<'pad'> = {
  forward(node, [x], _weights, { precision }) {
    const { edges, value } = node.attributes;
    const shape = paddedShape(x, edges);
    const y = zeros(shape[0] * shape[1] * shape[2] * shape[3], precision).fill(value);
    eachRow(x, edges, (inner, outer, length) => y.set(x.values.subarray(inner, inner + length), outer));
    return { shape, values: y };
  },
  backward(node, [x], _weights, _output, { values: dy }, { precision }) {
    const dx = zeros(x.values.length, precision);
    eachRow(x, node.attributes.edges, (inner, outer, length) =>
      dx.set(dy.subarray(outer, outer + length), inner),
    );
    return { inputs: [{ shape: x.shape, values: dx }], weights: {} };
  },
};

function paddedShape({ shape: [batch, height, width, channels] }: CpuTensor, edges: Edges) {
  return [batch, edges.top + height + edges.bottom, edges.left + width + edges.right, channels] as const;
}

/** Visits the rows of pixels: index of the first value without and with padding, and the count of values. */
function eachRow(x: CpuTensor, edges: Edges, visit: (inner: number, outer: number, length: number) => void) {
  const [batch, height, width, channels] = x.shape;
  const [, outerHeight, outerWidth] = paddedShape(x, edges);
  for (let n = 0; n < batch; n++) {
    for (let row = 0; row < height; row++) {
      const inner = (n * height + row) * width;
      const outer = (n * outerHeight + edges.top + row) * outerWidth + edges.left;
      visit(inner * channels, outer * channels, width * channels);
    }
  }
}
