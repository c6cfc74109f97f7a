import type { Emit } from '../emit.js';

export const relu6: Emit<'relu6'> = (node, emitter) =>
  emitter.add('Clip', [
    emitter.valueOf(node.inputs[0]),
    emitter.floats('low', [], Float32Array.of(0)),
    emitter.floats('high', [], Float32Array.of(6)),
  ]);
