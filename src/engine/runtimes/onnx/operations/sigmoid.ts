import type { Emit } from '../emit.js';

export const sigmoid: Emit<'sigmoid'> = (node, emitter) =>
  emitter.add('Sigmoid', [emitter.valueOf(node.inputs[0])]);
