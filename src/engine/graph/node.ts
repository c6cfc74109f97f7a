/**
 * What a network is made of. A graph is a list of nodes in the order in which they run; each node is one
 * plain operation with its attributes and the names of its weights. Nothing else describes a network.
 *
 * Layout is NHWC, values are float32. Shapes below leave out the batch: [height, width, channels] for maps,
 * [features] for vectors.
 *
 * To add an operation: add a member to `Operation`. The compiler then names every table that lacks it
 * (`graph/operations`, `runtimes/cpu/operations`, `runtimes/onnx/operations`).
 */

/** Rows and columns, e.g. a stride: [vertical, horizontal]. */
export type Pair = readonly [number, number];

/** Zeros (or `value`s) added around a map, in pixels. */
export interface Edges {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** `same`: output = ceil(input / stride), the odd pixel goes to the bottom and right. `valid`: none. */
export type Padding = 'same' | 'valid' | Edges;

export interface Window {
  readonly stride: Pair;
  readonly padding: Padding;
}

interface Convolution extends Window {
  readonly dilation: Pair;
}

interface Pool extends Window {
  readonly size: Pair;
}

/** No attributes, or no weights. */
type None = Readonly<Record<never, never>>;

interface Op<Kind extends string, Attributes, Weights, Optional extends string = never> {
  readonly op: Kind;
  readonly attributes: Readonly<Attributes>;
  /** Role -> name of the tensor in the weights file. */
  readonly weights: { readonly [role in keyof Weights & string]: string } & {
    readonly [role in Optional]?: string;
  };
}

/** Roles that an operation's weights play; the value type is only a marker. */
type Roles<Names extends string> = Record<Names, true>;

/** Every operation there is. Kernels: conv [h, w, in, out], depthwise [h, w, in, multiplier], dense [in, out]. */
export type Operation =
  /** The network's input; `shape` without the batch. Pictures arrive as RGB 0..255. */
  | Op<'input', { shape: readonly number[] }, None>
  /** y = x * scale + offset, per channel (both of length `channels`). */
  | Op<'normalise', { scale: readonly number[]; offset: readonly number[] }, None>
  | Op<'pad', { edges: Edges; value: number }, None>
  | Op<'conv', Convolution, Roles<'kernel'>, 'bias'>
  /** Output channel of input channel i and multiplier index m is i * multiplier + m. */
  | Op<'depthwise', Convolution, Roles<'kernel'>, 'bias'>
  /** y = gamma * (x - mean) / sqrt(variance + epsilon) + beta, with the stored statistics. */
  | Op<'batch-norm', { epsilon: number }, Roles<'gamma' | 'beta' | 'mean' | 'variance'>>
  | Op<'relu', None, None>
  /** min(max(x, 0), 6) */
  | Op<'relu6', None, None>
  /** x * sigmoid(x) */
  | Op<'swish', None, None>
  /** x * min(max(x + 3, 0), 6) / 6 */
  | Op<'hard-swish', None, None>
  | Op<'sigmoid', None, None>
  /** Two inputs of one shape. */
  | Op<'add', None, None>
  /** Two inputs: a map and a map of the same shape, or a map [h, w, c] and a vector [c] (squeeze-excite). */
  | Op<'multiply', None, None>
  /** [h, w, c] -> [c] */
  | Op<'global-average-pool', None, None>
  | Op<'max-pool', Pool, None>
  /** The mean over the pixels that exist: padding does not count. */
  | Op<'average-pool', Pool, None>
  /** [h, w, c] -> [h * w * c], row by row. */
  | Op<'flatten', None, None>
  /** Training only: drops with probability `rate`, survivors / (1 - rate). Prediction: identity. */
  | Op<'dropout', { rate: number }, None>
  | Op<'dense', None, Roles<'kernel'>, 'bias'>
  /** Over the last axis. */
  | Op<'softmax', None, None>;

export type OperationKind = Operation['op'];

/** The operation of one kind, e.g. `OperationOf<'conv'>`. */
export type OperationOf<Kind extends OperationKind> = Extract<Operation, { op: Kind }>;

interface Place {
  readonly name: string;
  readonly inputs: readonly string[];
}

/** One operation at its place in the graph; its output bears the node's name. */
export type GraphNode = Operation & Place;

export type NodeOf<Kind extends OperationKind> = OperationOf<Kind> & Place;

/** Nodes that belong together, for freezing and for drawing. Every node is in one block. */
export interface Block {
  readonly name: string;
  readonly nodes: readonly string[];
}

export interface Graph {
  readonly name: string;
  readonly nodes: readonly GraphNode[];
  /** Names of the nodes whose values are the answer. */
  readonly outputs: readonly string[];
  readonly blocks: readonly Block[];
  /** The node after which each strategy begins to train. */
  readonly cuts: { readonly small: string; readonly medium: string; readonly large: string };
}
