import type { Emit } from '../emit.js';

export const globalAveragePool: Emit<'global-average-pool'> = (node, emitter) => {
  const pooled = emitter.add('GlobalAveragePool', [emitter.valueOf(node.inputs[0])]);
  return emitter.add('Flatten', [pooled], { axis: { int: 1 } });
};
