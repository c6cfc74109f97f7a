import type { GraphNode } from '../node.js';
import type { Shape } from './definition.js';

type Named = Pick<GraphNode, 'name' | 'op'>;

/** A map's sides. */
export interface MapSides {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** Throws the one Error that shape functions throw: node, operation, reason. */
export function impossible(node: Named, reason: string): never {
  throw new Error(`${node.name} (${node.op}): ${reason}`);
}

/** Throws unless there are `count` inputs. */
export function expectInputs(node: Named, inputs: readonly Shape[], count: number): void {
  if (inputs.length !== count) impossible(node, `needs ${count} input(s), has ${inputs.length}`);
}

/** The only input. */
export function oneInput(node: Named, inputs: readonly Shape[]): Shape {
  expectInputs(node, inputs, 1);
  return inputs[0];
}

/** The only input, which is a map. */
export function oneMap(node: Named, inputs: readonly Shape[]): MapSides {
  const shape = oneInput(node, inputs);
  if (shape.length !== 3) impossible(node, `needs a map [height, width, channels], has ${text(shape)}`);
  const [height, width, channels] = shape;
  return { height, width, channels };
}

/** Throws unless a weight or an attribute has the shape that the operation needs. */
export function expectShape(node: Named, what: string, shape: Shape, wanted: Shape): void {
  if (!equalShapes(shape, wanted)) impossible(node, `${what} must be ${text(wanted)}, is ${text(shape)}`);
}

export function equalShapes(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((side, axis) => side === b[axis]);
}

/** For messages: [4, 4, 3]. */
export function text(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}
