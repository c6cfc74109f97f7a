import type { Emit } from '../emit.js';
import { windowAttributes } from '../window.js';
import { conv as layout } from '../kernel-layout.js';

/** Kernel [h, w, in, out] -> [out, in, h, w]; pads are written out, never `auto_pad`. */
export const conv: Emit<'conv'> = (node, emitter) => {
  const kernel = layout(emitter.weight(node.weights.kernel));
  const inputs = [emitter.valueOf(node.inputs[0]), emitter.floats('kernel', kernel.shape, kernel.values)];
  if (node.weights.bias !== undefined) {
    const bias = emitter.weight(node.weights.bias);
    inputs.push(emitter.floats('bias', bias.shape, bias.values));
  }
  const size = [kernel.shape[2], kernel.shape[3]] as const;
  return emitter.add(
    'Conv',
    inputs,
    windowAttributes(node.attributes, size, emitter.shapeOf(node.inputs[0])),
  );
};
