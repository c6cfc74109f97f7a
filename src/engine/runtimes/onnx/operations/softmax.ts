import type { Emit } from '../emit.js';

/** Over the channels: axis 1 of [n, c] and of [n, c, h, w] alike. */
export const softmax: Emit<'softmax'> = (node, emitter) =>
  emitter.add('Softmax', [emitter.valueOf(node.inputs[0])], { axis: { int: 1 } });
