import type { NodeOf, OperationKind, OperationOf } from '../node.js';

/** Sides of a tensor without the batch: [height, width, channels] for a map, [features] for a vector. */
export type Shape = readonly number[];

/** One shape for each role, optional where the weight is. */
export type WeightShapes<Kind extends OperationKind> = {
  readonly [role in keyof OperationOf<Kind>['weights']]: Shape;
};

export interface Cost {
  /** Of convolutions and dense layers for one picture, as papers count them; all else counts as nothing. */
  readonly multiplyAdds: number;
  /** Weights that can be learned: stored means and variances are not among them. */
  readonly parameters: number;
}

/** What is known of an operation without computing it. */
export interface OperationDefinition<Kind extends OperationKind> {
  /** The output's shape. Throws an Error that names the node and the reason if the operation is impossible. */
  shape(node: NodeOf<Kind>, inputs: readonly Shape[], weights: WeightShapes<Kind>): Shape;
  /** For shapes that `shape` has accepted. */
  cost(node: NodeOf<Kind>, inputs: readonly Shape[], output: Shape, weights: WeightShapes<Kind>): Cost;
}

const nothing: Cost = { multiplyAdds: 0, parameters: 0 };

/** The cost of an operation without weights. */
export function noCost(): Cost {
  return nothing;
}
