import type { Emit } from '../emit.js';
import { poolAttributes } from '../window.js';

export const maxPool: Emit<'max-pool'> = (node, emitter) =>
  emitter.add(
    'MaxPool',
    [emitter.valueOf(node.inputs[0])],
    poolAttributes(node.attributes, emitter.shapeOf(node.inputs[0])),
  );
