import { nodeNamed, usedWeights, type Network } from '../network.js';
import type { GraphNode } from '../node.js';

/** The part of a network up to and including one node: that node is its only output. */
export function prefixUpTo(network: Network, name: string): Network {
  const { graph } = network;
  const kept = ancestors(graph.nodes, name);
  const nodes = graph.nodes.filter((node) => kept.has(node.name));
  const blocks = graph.blocks
    .map((block) => ({ ...block, nodes: block.nodes.filter((each) => kept.has(each)) }))
    .filter((block) => block.nodes.length > 0);
  const cuts = { small: name, medium: name, large: name };
  const prefix = {
    graph: { ...graph, nodes, blocks, outputs: [nodeNamed(graph, name).name], cuts },
    weights: network.weights,
  };
  return { graph: prefix.graph, weights: usedWeights(prefix) };
}

/** The node and everything that it needs, by name. */
function ancestors(nodes: readonly GraphNode[], name: string): ReadonlySet<string> {
  const needed = new Set([name]);
  for (const node of [...nodes].reverse()) {
    if (needed.has(node.name)) for (const input of node.inputs) needed.add(input);
  }
  return needed;
}
