import type { Graph, GraphNode } from '../../graph/node.js';
import { equalShapes, text } from '../../graph/operations/expect.js';
import { outputShape } from '../../graph/operations/table.js';
import { atPrecision, zeros, type CpuTensor, type CpuTensors, type Precision } from './array.js';
import type { Context } from './operation.js';
import { backwardNode, forwardNode } from './operations/table.js';

type Nodes = Pick<Graph, 'nodes'>;

export interface ForwardOptions extends Context {
  /** The nodes whose values are wanted; `backward` needs all of them. */
  readonly keep: 'all' | readonly string[];
}

export interface GraphGradients {
  /** Weight tensor's name -> dL/dw, for the wanted ones. */
  readonly weights: CpuTensors;
  /** Input node's name -> dL/dx, for the inputs that the outputs depend on. */
  readonly inputs: CpuTensors;
}

/**
 * Runs the graph's nodes in their order. `inputs` holds one tensor [batch, ...] for each input node, by its name.
 * Weights and inputs may come in either precision. Values that no later node needs are let go.
 *
 * @returns the values of the nodes to keep
 * @throws Error that names the node where an input or a weight is missing or a shape is impossible
 */
export function forward(
  graph: Nodes,
  weights: CpuTensors,
  inputs: CpuTensors,
  { keep, ...context }: ForwardOptions,
): CpuTensors {
  const kept = new Set(keep === 'all' ? graph.nodes.map((node) => node.name) : keep);
  const lastUses = lastUseOfEach(graph);
  const values = new Map<string, CpuTensor>();
  for (const node of graph.nodes) {
    const from = node.op === 'input' ? fed(node, inputs, context.precision) : valuesInto(node, values);
    const roles = weightsOf(node, weights, context.precision);
    if (node.op !== 'input') outputShape(node, from.map(withoutBatch), shapesOf(roles));
    values.set(node.name, forwardNode(node, from, roles, context));
    for (const name of node.inputs) if (lastUses.get(name) === node && !kept.has(name)) values.delete(name);
  }
  return new Map([...kept].map((name) => [name, found(values, name, 'keep')]));
}

/**
 * The chain rule from the outputs back to weights and inputs. Where a node feeds several others, or a tensor is
 * the weight of several nodes, the gradients add up.
 *
 * @param values all nodes' values, from `forward` with `keep: 'all'` and the same weights and context
 * @param outputGradients node's name -> dL/dy; any nodes, usually the one that makes the logits
 * @param wanted names of weight tensors
 * @throws Error where a wanted tensor has no gradient: no node on the way uses it, or it is a stored statistic
 */
export function backward(
  graph: Nodes,
  weights: CpuTensors,
  values: CpuTensors,
  outputGradients: CpuTensors,
  wanted: Iterable<string>,
  context: Context,
): GraphGradients {
  const atNodes = startingGradients(values, outputGradients, context.precision);
  const atWeights = new Map<string, CpuTensor>();
  for (const node of [...graph.nodes].reverse()) {
    const gradient = atNodes.get(node.name);
    if (!gradient || node.op === 'input') continue;
    const output = found(values, node.name, 'backward');
    const roles = weightsOf(node, weights, context.precision);
    const gradients = backwardNode(node, valuesInto(node, values), roles, output, gradient, context);
    node.inputs.forEach((name, i) => accumulate(atNodes, name, gradients.inputs[i], context.precision));
    for (const [role, name] of rolesOf(node)) {
      const share = gradients.weights[role];
      if (share) accumulate(atWeights, name, share, context.precision);
    }
  }
  const inputs = graph.nodes.filter((node) => node.op === 'input' && atNodes.has(node.name));
  return {
    weights: new Map([...wanted].map((name) => [name, found(atWeights, name, 'gradient')])),
    inputs: new Map(inputs.map(({ name }) => [name, found(atNodes, name, 'gradient')])),
  };
}

function lastUseOfEach(graph: Nodes): ReadonlyMap<string, GraphNode> {
  return new Map(graph.nodes.flatMap((node) => node.inputs.map((name) => [name, node] as const)));
}

function fed(node: GraphNode, inputs: CpuTensors, precision: Precision): readonly CpuTensor[] {
  return [atPrecision(found(inputs, node.name, 'input'), precision)];
}

function valuesInto(node: GraphNode, values: CpuTensors): readonly CpuTensor[] {
  return node.inputs.map((name) => found(values, name, node.name));
}

function weightsOf(node: GraphNode, weights: CpuTensors, precision: Precision): Record<string, CpuTensor> {
  const roles = rolesOf(node);
  return Object.fromEntries(
    roles.map(([role, name]) => [role, atPrecision(found(weights, name, node.name), precision)]),
  );
}

/** Pairs of a role and its tensor's name. */
function rolesOf(node: GraphNode): readonly (readonly [role: string, name: string])[] {
  const names: Readonly<Record<string, string | undefined>> = node.weights;
  return Object.entries(names).flatMap(([role, name]) => (name === undefined ? [] : [[role, name] as const]));
}

function shapesOf(roles: Readonly<Record<string, CpuTensor>>) {
  return Object.fromEntries(Object.entries(roles).map(([role, { shape }]) => [role, shape]));
}

function withoutBatch({ shape }: CpuTensor): readonly number[] {
  return shape.slice(1);
}

function startingGradients(values: CpuTensors, gradients: CpuTensors, precision: Precision) {
  const start = new Map<string, CpuTensor>();
  for (const [name, gradient] of gradients) {
    const { shape } = found(values, name, 'backward');
    if (!equalShapes(shape, gradient.shape)) {
      throw new Error(`${name}: the gradient must be ${text(shape)}, is ${text(gradient.shape)}`);
    }
    start.set(name, atPrecision(gradient, precision));
  }
  return start;
}

/** Adds to what is there, into a new tensor: the operands may be shared with other nodes. */
function accumulate(
  sums: Map<string, CpuTensor>,
  name: string,
  share: CpuTensor,
  precision: Precision,
): void {
  const before = sums.get(name);
  if (!before) {
    sums.set(name, share);
    return;
  }
  const values = zeros(share.values.length, precision);
  for (let i = 0; i < values.length; i++) values[i] = before.values[i] + share.values[i];
  sums.set(name, { shape: share.shape, values });
}

function found(tensors: CpuTensors, name: string, whoAsks: string): CpuTensor {
  const tensor = tensors.get(name);
  if (!tensor) throw new Error(`${whoAsks}: there is no tensor "${name}"`);
  return tensor;
}
