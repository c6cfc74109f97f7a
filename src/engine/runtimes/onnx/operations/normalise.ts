import type { Emit } from '../emit.js';

/** x * scale + offset with the constants in the file, so that nobody has to know them. */
export const normalise: Emit<'normalise'> = (node, emitter) => {
  const { scale, offset } = node.attributes;
  const isMap = emitter.shapeOf(node.inputs[0]).length === 3;
  const shape = isMap ? [1, scale.length, 1, 1] : [1, scale.length];
  const scaled = emitter.add('Mul', [
    emitter.valueOf(node.inputs[0]),
    emitter.floats('scale', shape, Float32Array.from(scale)),
  ]);
  return emitter.add('Add', [scaled, emitter.floats('offset', shape, Float32Array.from(offset))]);
};
