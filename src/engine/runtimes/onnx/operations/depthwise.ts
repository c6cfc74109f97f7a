import type { Emit } from '../emit.js';
import { windowAttributes } from '../window.js';
import { depthwise as layout } from '../kernel-layout.js';

/** A convolution with one group a channel: kernel [h, w, in, m] -> [in * m, 1, h, w]. */
export const depthwise: Emit<'depthwise'> = (node, emitter) => {
  const kernel = layout(emitter.weight(node.weights.kernel));
  const inputs = [emitter.valueOf(node.inputs[0]), emitter.floats('kernel', kernel.shape, kernel.values)];
  if (node.weights.bias !== undefined) {
    const bias = emitter.weight(node.weights.bias);
    inputs.push(emitter.floats('bias', bias.shape, bias.values));
  }
  const input = emitter.shapeOf(node.inputs[0]);
  const size = [kernel.shape[2], kernel.shape[3]] as const;
  return emitter.add('Conv', inputs, {
    ...windowAttributes(node.attributes, size, input),
    group: { int: input[2] },
  });
};
