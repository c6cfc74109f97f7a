import type { Graph, GraphNode } from './node.js';
import type { Weights } from './weights.js';

/** A graph and the weights it names. Passes take one and return another; nothing is changed in place. */
export interface Network {
  readonly graph: Graph;
  readonly weights: Weights;
}

/** The node of that name. A missing one is a bug: graphs are checked when they are read. */
export function nodeNamed(graph: Graph, name: string): GraphNode {
  const node = graph.nodes.find((each) => each.name === name);
  if (node === undefined) throw new Error(`graph ${graph.name} has no node ${name}`);
  return node;
}

/** How many nodes read each node's value, counting the graph's outputs. */
export function readersOf(graph: Graph): ReadonlyMap<string, number> {
  const readers = new Map<string, number>();
  const names = [...graph.nodes.flatMap((node) => node.inputs), ...graph.outputs];
  for (const name of names) readers.set(name, (readers.get(name) ?? 0) + 1);
  return readers;
}

/** Names of the weights that a node reads. */
export function weightNamesOf(node: GraphNode): string[] {
  return Object.values(node.weights).filter((name) => name !== undefined);
}

/** The weights that the graph names, and no others. */
export function usedWeights({ graph, weights }: Network): Weights {
  const names = new Set(graph.nodes.flatMap(weightNamesOf));
  return new Map([...weights].filter(([name]) => names.has(name)));
}
