import type { Emit } from '../emit.js';

/** A vector is spread over the map: [n, c] -> [n, c, 1, 1]. */
export const multiply: Emit<'multiply'> = (node, emitter) => {
  const [first, second] = node.inputs;
  const factor = emitter.valueOf(second);
  const isVector = emitter.shapeOf(first).length === 3 && emitter.shapeOf(second).length === 1;
  const spread = isVector ? emitter.add('Unsqueeze', [factor, emitter.integers('axes', [2, 3])]) : factor;
  return emitter.add('Mul', [emitter.valueOf(first), spread]);
};
