import type { Emit } from '../emit.js';

export const batchNorm: Emit<'batch-norm'> = (node, emitter) => {
  const constant = (role: keyof typeof node.weights): string => {
    const tensor = emitter.weight(node.weights[role]);
    return emitter.floats(role, tensor.shape, tensor.values);
  };
  return emitter.add(
    'BatchNormalization',
    [
      emitter.valueOf(node.inputs[0]),
      constant('gamma'),
      constant('beta'),
      constant('mean'),
      constant('variance'),
    ],
    { epsilon: { float: node.attributes.epsilon } },
  );
};
