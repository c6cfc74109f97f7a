import type { NodeOf } from '../node.js';
import { sizeOf } from '../weights.js';
import type { Cost, Shape } from './definition.js';
import { expectShape, impossible, oneMap, text } from './expect.js';
import { windowOutput } from './window.js';

type WithKernel = NodeOf<'conv' | 'depthwise' | 'dense'>;

/** Shapes of a kernel and, if there is one, its bias. */
export interface KernelShapes {
  readonly kernel: Shape;
  readonly bias?: Shape;
}

/** Throws unless kernel, input and bias agree. */
export function expectKernel(
  node: WithKernel,
  { kernel, bias }: KernelShapes,
  wanted: { readonly axes: number; readonly inputs: number; readonly outputs: number },
): void {
  if (kernel.length !== wanted.axes) {
    impossible(node, `kernel must have ${wanted.axes} axes, is ${text(kernel)}`);
  }
  // Both kinds of kernel, [h, w, in, ...] and [in, out], hold the count of inputs before the last axis.
  const inputs = kernel[wanted.axes - 2];
  if (inputs !== wanted.inputs) {
    const unit = node.op === 'dense' ? 'features' : 'channels';
    impossible(node, `kernel is for ${inputs} ${unit}, the input has ${wanted.inputs}`);
  }
  if (bias) expectShape(node, 'bias', bias, [wanted.outputs]);
}

/** Shape of either convolution, whose kernel makes `outputs` channels. */
export function convolutionShape(
  node: NodeOf<'conv' | 'depthwise'>,
  inputs: readonly Shape[],
  weights: KernelShapes,
  outputs: number,
): Shape {
  const map = oneMap(node, inputs);
  expectKernel(node, weights, { axes: 4, inputs: map.channels, outputs });
  const [height, width] = weights.kernel;
  return [...windowOutput(node, map, [height, width], node.attributes.dilation), outputs];
}

/** Cost of a kernel that is applied at `positions` places. */
export function kernelCost({ kernel, bias }: KernelShapes, positions: number): Cost {
  return {
    multiplyAdds: positions * sizeOf(kernel),
    parameters: sizeOf(kernel) + (bias ? sizeOf(bias) : 0),
  };
}
