import type { Emit } from '../emit.js';

export const swish: Emit<'swish'> = (node, emitter) => {
  const x = emitter.valueOf(node.inputs[0]);
  return emitter.add('Mul', [x, emitter.add('Sigmoid', [x])]);
};
