import { shapesOf } from '../../graph/shapes.js';
import type { Network } from '../../graph/network.js';
import type { GraphNode, OperationKind } from '../../graph/node.js';
import { tensorOf } from '../../graph/safetensors.js';
import type { Emit, Emitter } from './emit.js';
import { emitters } from './operations/table.js';
import { encodeModel, type OnnxNode, type OnnxTensor, type OnnxValue } from './proto.js';

export interface ModelNotes {
  readonly producerVersion: string;
  readonly description: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * A network as the bytes of an ONNX model: input uint8 RGB [n, h, w, 3] (named as the graph's input), outputs
 * named as the graph's outputs, the batch n free. Maps leave in NHWC as the graph defines them.
 */
export function onnxModel(network: Network, notes: ModelNotes): Uint8Array {
  const writer = new Writer(network);
  for (const node of network.graph.nodes) writer.emit(node);
  const outputs = network.graph.outputs.map((name) => writer.output(name));
  const { nodes, constants, inputs } = writer;
  return encodeModel({ name: network.graph.name, nodes, constants, inputs, outputs, ...notes });
}

class Writer implements Emitter {
  readonly nodes: OnnxNode[] = [];
  readonly constants: OnnxTensor[] = [];
  readonly inputs: OnnxValue[] = [];
  readonly #network: Network;
  readonly #shapes: ReadonlyMap<string, readonly number[]>;
  readonly #values = new Map<string, string>();
  #current = '';
  #count = 0;

  constructor(network: Network) {
    this.#network = network;
    this.#shapes = shapesOf(network);
  }

  emit(node: GraphNode): void {
    this.#current = node.name;
    this.#count = 0;
    // The table pairs each kind with its own emitter; TypeScript cannot follow the pairing through the index.
    const emit = emitters[node.op] as Emit<OperationKind>;
    this.#values.set(node.name, emit(node, this));
  }

  output(name: string): OnnxValue {
    const shape = this.shapeOf(name);
    const value = this.valueOf(name);
    const isMap = shape.length === 3;
    this.nodes.push({
      opType: isMap ? 'Transpose' : 'Identity',
      name: `${name}:output`,
      inputs: [value],
      outputs: [name],
      attributes: isMap ? { perm: { ints: [0, 2, 3, 1] } } : {},
    });
    return { name, type: 'float32', shape: ['n', ...shape] };
  }

  valueOf(node: string): string {
    const value = this.#values.get(node);
    if (value === undefined) throw new Error(`${this.#current} reads ${node} before it is written`);
    return value;
  }

  shapeOf(node: string): readonly number[] {
    const shape = this.#shapes.get(node);
    if (shape === undefined) throw new Error(`no shape for ${node}`);
    return shape;
  }

  weight(name: string): ReturnType<Emitter['weight']> {
    return tensorOf(this.#network.weights, name);
  }

  add(opType: string, inputs: readonly string[], attributes: OnnxNode['attributes'] = {}): string {
    const name = `${this.#current}:${this.#count++}`;
    this.nodes.push({ opType, name, inputs, outputs: [name], attributes });
    return name;
  }

  floats(role: string, shape: readonly number[], values: Float32Array): string {
    return this.#constant(role, { type: 'float32', shape, values });
  }

  integers(role: string, values: readonly number[]): string {
    return this.#constant(role, {
      type: 'int64',
      shape: [values.length],
      values: BigInt64Array.from(values, BigInt),
    });
  }

  input(name: string, type: OnnxValue['type'], shape: OnnxValue['shape']): string {
    this.inputs.push({ name, type, shape });
    return name;
  }

  #constant(role: string, tensor: Omit<OnnxTensor, 'name'>): string {
    const name = `${this.#current}#${role}`;
    this.constants.push({ name, ...tensor });
    return name;
  }
}
