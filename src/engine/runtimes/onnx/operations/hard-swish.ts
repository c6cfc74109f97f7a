import type { Emit } from '../emit.js';

export const hardSwish: Emit<'hard-swish'> = (node, emitter) =>
  emitter.add('HardSwish', [emitter.valueOf(node.inputs[0])]);
