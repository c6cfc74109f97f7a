import type { NodeOf, OperationKind, OperationOf } from '../../graph/node.js';
import type { CpuTensor, Precision } from './array.js';

/** What an operation may know beside its inputs and weights. */
export interface Context {
  readonly precision: Precision;
  /**
   * Dropout node's name -> one number for each of its values: 1 survives, 0 is dropped. Without a mask the node
   * is the identity. Backward needs the masks of its forward.
   */
  readonly masks?: ReadonlyMap<string, ArrayLike<number>>;
}

export type OperationWeights<Kind extends OperationKind> = {
  readonly [role in keyof OperationOf<Kind>['weights']]: CpuTensor;
};

export interface Gradients<Kind extends OperationKind> {
  /** dL/dx of each input, in the inputs' order and shapes. */
  readonly inputs: readonly CpuTensor[];
  /** dL/dw of each weight that can be learned. */
  readonly weights: Partial<OperationWeights<Kind>>;
}

/**
 * Forward beside backward. Inputs, weights and gradients come in `context.precision`; shapes have been accepted
 * by the operation's definition in `graph/operations`.
 */
export interface CpuOperation<Kind extends OperationKind> {
  forward(
    node: NodeOf<Kind>,
    inputs: readonly CpuTensor[],
    weights: OperationWeights<Kind>,
    context: Context,
  ): CpuTensor;

  /** `gradient` is dL/dy in the output's shape. */
  backward(
    node: NodeOf<Kind>,
    inputs: readonly CpuTensor[],
    weights: OperationWeights<Kind>,
    output: CpuTensor,
    gradient: CpuTensor,
    context: Context,
  ): Gradients<Kind>;
}
