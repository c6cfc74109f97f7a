import { placeWindow } from '../../graph/operations/padding.js';
import type { OperationOf, Pair } from '../../graph/node.js';
import type { Attribute } from './proto.js';

type Attributes = Readonly<Record<string, Attribute>>;

/** Stride, explicit pads [top, left, bottom, right] and dilation of a convolution over a map [h, w, c]. */
export function windowAttributes(
  { stride, padding, dilation }: OperationOf<'conv'>['attributes'],
  kernel: Pair,
  input: readonly number[],
): Attributes {
  const { edges } = placeWindow({ stride, padding }, [input[0], input[1]], kernel, dilation);
  return {
    kernel_shape: { ints: kernel },
    strides: { ints: stride },
    pads: { ints: [edges.top, edges.left, edges.bottom, edges.right] },
    dilations: { ints: dilation },
  };
}

export function poolAttributes(
  { size, stride, padding }: OperationOf<'max-pool'>['attributes'],
  input: readonly number[],
): Attributes {
  const { dilations: _, ...attributes } = windowAttributes(
    { stride, padding, dilation: [1, 1] },
    size,
    input,
  );
  return attributes;
}
