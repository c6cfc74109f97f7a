import type { NodeOf, OperationKind } from '../../graph/node.js';
import type { Tensor } from '../../graph/weights.js';
import type { Attribute, DataType } from './proto.js';

/**
 * What an operation's emitter may do. Values are NCHW inside (maps) or [n, c] (vectors); `shapes` speak NHWC
 * as the graph does.
 */
export interface Emitter {
  /** The ONNX value that holds a graph node's output. */
  valueOf(node: string): string;
  /** Output shape of a graph node, without the batch: [h, w, c] or [c]. */
  shapeOf(node: string): readonly number[];
  weight(name: string): Tensor;
  /** Adds an ONNX node with one output and returns the output's name. */
  add(opType: string, inputs: readonly string[], attributes?: Readonly<Record<string, Attribute>>): string;
  floats(role: string, shape: readonly number[], values: Float32Array): string;
  integers(role: string, values: readonly number[]): string;
  input(name: string, type: DataType, shape: readonly (number | string)[]): string;
}

/** Writes one operation and returns the name of the ONNX value that is its output. */
export type Emit<Kind extends OperationKind> = (node: NodeOf<Kind>, emitter: Emitter) => string;
