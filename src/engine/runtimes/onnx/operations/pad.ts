import type { Emit } from '../emit.js';

export const pad: Emit<'pad'> = (node, emitter) => {
  const { top, bottom, left, right } = node.attributes.edges;
  return emitter.add('Pad', [
    emitter.valueOf(node.inputs[0]),
    emitter.integers('pads', [0, 0, top, left, 0, 0, bottom, right]),
    emitter.floats('value', [], Float32Array.of(node.attributes.value)),
  ]);
};
