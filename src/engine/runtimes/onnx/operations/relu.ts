import type { Emit } from '../emit.js';

export const relu: Emit<'relu'> = (node, emitter) => emitter.add('Relu', [emitter.valueOf(node.inputs[0])]);
