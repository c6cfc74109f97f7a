import type { Network } from '../network.js';
import type { GraphNode } from '../node.js';
import type { Tensor } from '../weights.js';
import { prefixUpTo } from './split-at.js';

/** A softmax head: probabilities = softmax(features * kernel + bias). */
export interface Head {
  /** [features, classes] */
  readonly kernel: Tensor;
  /** [classes] */
  readonly bias: Tensor;
}

const headNames = { logits: 'head-logits', probabilities: 'probabilities' } as const;

/** Cuts the network at its pooled features and puts a new head there; its output is the probabilities. */
export function attachHead(network: Network, head: Head): Network {
  const prefix = prefixUpTo(network, network.graph.cuts.small);
  const { logits, probabilities } = headNames;
  const nodes: readonly GraphNode[] = [
    ...prefix.graph.nodes,
    {
      name: logits,
      op: 'dense',
      inputs: [network.graph.cuts.small],
      attributes: {},
      weights: { kernel: `${logits}/kernel`, bias: `${logits}/bias` },
    },
    { name: probabilities, op: 'softmax', inputs: [logits], attributes: {}, weights: {} },
  ];
  const weights = new Map(prefix.weights);
  weights.set(`${logits}/kernel`, head.kernel);
  weights.set(`${logits}/bias`, head.bias);
  return {
    graph: {
      ...prefix.graph,
      nodes,
      outputs: [probabilities],
      blocks: [...prefix.graph.blocks, { name: 'new-head', nodes: [logits, probabilities] }],
      cuts: network.graph.cuts,
    },
    weights,
  };
}
