import type { Emit } from '../emit.js';

/** In the graph's order (rows, columns, channels), hence back to NHWC first. */
export const flatten: Emit<'flatten'> = (node, emitter) => {
  const x = emitter.valueOf(node.inputs[0]);
  const isMap = emitter.shapeOf(node.inputs[0]).length === 3;
  const rows = isMap ? emitter.add('Transpose', [x], { perm: { ints: [0, 2, 3, 1] } }) : x;
  return emitter.add('Flatten', [rows], { axis: { int: 1 } });
};
