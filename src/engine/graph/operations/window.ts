import type { NodeOf, Pair } from '../node.js';
import { noCost, type OperationDefinition, type Shape } from './definition.js';
import { impossible, oneMap, type MapSides } from './expect.js';
import { placeWindow } from './padding.js';

type Windowed = NodeOf<'conv' | 'depthwise' | 'max-pool' | 'average-pool'>;

/** Output [height, width] of a sliding window. Throws if the window is larger than the padded input. */
export function windowOutput(node: Windowed, map: MapSides, kernel: Pair, dilation?: Pair): Pair {
  const { output } = placeWindow(node.attributes, [map.height, map.width], kernel, dilation);
  if (output[0] < 1 || output[1] < 1) {
    const size = `${kernel[0]} x ${kernel[1]}`;
    impossible(node, `window ${size} is larger than the input ${map.height} x ${map.width} with its padding`);
  }
  return output;
}

/** Both pools: [h, w, c] -> [h', w', c]. Refuses padding that would leave a window without a pixel. */
export const pool = {
  shape(node: NodeOf<'max-pool' | 'average-pool'>, inputs: readonly Shape[]): Shape {
    const map = oneMap(node, inputs);
    const { size, padding } = node.attributes;
    if (typeof padding === 'object') {
      const fits =
        Math.max(padding.top, padding.bottom) < size[0] && Math.max(padding.left, padding.right) < size[1];
      if (!fits) impossible(node, `padding must be smaller than the window ${size[0]} x ${size[1]}`);
    }
    return [...windowOutput(node, map, size), map.channels];
  },
  cost: noCost,
} satisfies OperationDefinition<'max-pool' | 'average-pool'>;
