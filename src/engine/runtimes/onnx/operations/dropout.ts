import type { Emit } from '../emit.js';

/** Prediction only: nothing is written. */
export const dropout: Emit<'dropout'> = (node, emitter) => emitter.valueOf(node.inputs[0]);
