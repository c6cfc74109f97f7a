import type { Emit } from '../emit.js';

export const add: Emit<'add'> = (node, emitter) =>
  emitter.add('Add', [emitter.valueOf(node.inputs[0]), emitter.valueOf(node.inputs[1])]);
