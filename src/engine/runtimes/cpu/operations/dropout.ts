import type { NodeOf } from '../../../graph/node.js';
import { zeros, type CpuTensor } from '../array.js';
import type { Context, CpuOperation } from '../operation.js';

/** With a mask: y = x mask / (1 - rate), dx = dy mask / (1 - rate). Without one: y = x, dx = dy. Any shape. */
export const dropout: CpuOperation<'dropout'> = {
  forward: (node, [x], _weights, context) => drop(node, x, context),
  backward: (node, _inputs, _weights, _output, gradient, context) => ({
    inputs: [drop(node, gradient, context)],
    weights: {},
  }),
};

function drop(
  node: NodeOf<'dropout'>,
  { shape, values }: CpuTensor,
  { precision, masks }: Context,
): CpuTensor {
  const mask = masks?.get(node.name);
  if (!mask) return { shape, values };
  if (mask.length !== values.length) {
    throw new Error(`${node.name} (dropout): needs ${values.length} mask values, has ${mask.length}`);
  }
  const kept = zeros(values.length, precision);
  for (let i = 0; i < kept.length; i++) kept[i] = (values[i] * mask[i]) / (1 - node.attributes.rate);
  return { shape, values: kept };
}
