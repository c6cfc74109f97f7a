import type { Emit } from '../emit.js';

export const dense: Emit<'dense'> = (node, emitter) => {
  const kernel = emitter.weight(node.weights.kernel);
  const inputs = [emitter.valueOf(node.inputs[0]), emitter.floats('kernel', kernel.shape, kernel.values)];
  if (node.weights.bias !== undefined) {
    const bias = emitter.weight(node.weights.bias);
    inputs.push(emitter.floats('bias', bias.shape, bias.values));
  }
  return emitter.add('Gemm', inputs);
};
