import type { Emit } from '../emit.js';
import { poolAttributes } from '../window.js';

/** Padding does not count. */
export const averagePool: Emit<'average-pool'> = (node, emitter) =>
  emitter.add('AveragePool', [emitter.valueOf(node.inputs[0])], {
    ...poolAttributes(node.attributes, emitter.shapeOf(node.inputs[0])),
    count_include_pad: { int: 0 },
  });
