import type { Emit } from '../emit.js';

/** Pictures come as uint8 RGB [n, h, w, 3] and leave as float32 [n, 3, h, w]; vectors pass as they are. */
export const input: Emit<'input'> = (node, emitter) => {
  const { shape } = node.attributes;
  if (shape.length === 1) return emitter.input(node.name, 'float32', ['n', ...shape]);
  const isPicture = shape[2] === 3;
  const value = emitter.input(node.name, isPicture ? 'uint8' : 'float32', ['n', ...shape]);
  const floats = isPicture ? emitter.add('Cast', [value], { to: { int: 1 } }) : value;
  return emitter.add('Transpose', [floats], { perm: { ints: [0, 3, 1, 2] } });
};
