import type { Network } from '../network.js';

/** The same network for square pictures of another size. Fully convolutional networks allow any. */
export function resizeInput(network: Network, size: number): Network {
  const nodes = network.graph.nodes.map((node) =>
    node.op === 'input' && node.attributes.shape.length === 3
      ? { ...node, attributes: { shape: [size, size, node.attributes.shape[2]] } }
      : node,
  );
  return { ...network, graph: { ...network.graph, nodes } };
}
