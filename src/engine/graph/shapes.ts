import type { Network } from './network.js';
import type { GraphNode } from './node.js';
import type { Cost, Shape } from './operations/definition.js';
import { costOf, outputShape, type ShapesByRole } from './operations/table.js';
import { tensorOf } from './safetensors.js';

/** Output shape of every node, without the batch. Throws where shapes do not fit. */
export function shapesOf(network: Network): ReadonlyMap<string, Shape> {
  const shapes = new Map<string, Shape>();
  for (const node of network.graph.nodes) {
    shapes.set(node.name, outputShape(node, inputShapes(node, shapes), weightShapes(node, network)));
  }
  return shapes;
}

/** Multiply-adds for one picture and the number of weights of a whole network. */
export function networkCost(network: Network): Cost {
  const shapes = shapesOf(network);
  const costs = network.graph.nodes.map((node) =>
    costOf(node, inputShapes(node, shapes), shapes.get(node.name) ?? [], weightShapes(node, network)),
  );
  return {
    multiplyAdds: costs.reduce((sum, cost) => sum + cost.multiplyAdds, 0),
    parameters: costs.reduce((sum, cost) => sum + cost.parameters, 0),
  };
}

function inputShapes(node: GraphNode, shapes: ReadonlyMap<string, Shape>): Shape[] {
  return node.inputs.map((name) => shapes.get(name) ?? []);
}

function weightShapes(node: GraphNode, network: Network): ShapesByRole {
  return Object.fromEntries(
    Object.entries(node.weights).map(([role, name]) => [role, tensorOf(network.weights, name).shape]),
  );
}
