import type { Network } from '../network.js';
import { readersOf } from '../network.js';
import type { GraphNode, NodeOf } from '../node.js';
import { tensorOf } from '../safetensors.js';
import type { Tensor } from '../weights.js';

/**
 * Folds each batch norm into the convolution, depthwise or dense layer that alone feeds it:
 * s = gamma / sqrt(variance + epsilon), W' = W * s per output channel, b' = (b - mean) * s + beta.
 * The answer is the same in exact arithmetic; float32 rounding differs by about 1e-6. Sums run in float64.
 * The folded node takes the batch norm's name, so that readers, outputs and cuts need no change.
 */
export function foldBatchNorm({ graph, weights }: Network): Network {
  const readers = readersOf(graph);
  const byName = new Map(graph.nodes.map((node) => [node.name, node]));
  const folded = new Map<string, GraphNode>();
  const gone = new Set<string>();
  const tensors = new Map(weights);
  for (const node of graph.nodes) {
    if (node.op !== 'batch-norm') continue;
    const source = byName.get(node.inputs[0]);
    if (source === undefined || !isFoldable(source) || readers.get(source.name) !== 1) continue;
    if (Object.values(graph.cuts).includes(source.name)) continue; // somebody begins to train right there
    const { kernel, bias } = fold(source, node, tensors);
    tensors.set(`${node.name}/kernel`, kernel);
    tensors.set(`${node.name}/bias`, bias);
    folded.set(node.name, renamed(source, node.name));
    gone.add(source.name);
  }
  const nodes = graph.nodes
    .filter((node) => !gone.has(node.name))
    .map((node) => folded.get(node.name) ?? node);
  const blocks = graph.blocks.map((block) => ({
    ...block,
    nodes: block.nodes.filter((name) => !gone.has(name)),
  }));
  return { graph: { ...graph, nodes, blocks }, weights: tensors };
}

type Foldable = NodeOf<'conv'> | NodeOf<'depthwise'> | NodeOf<'dense'>;

function isFoldable(node: GraphNode): node is Foldable {
  return node.op === 'conv' || node.op === 'depthwise' || node.op === 'dense';
}

function renamed(source: Foldable, name: string): GraphNode {
  return { ...source, name, weights: { kernel: `${name}/kernel`, bias: `${name}/bias` } };
}

/** In every kernel layout the output channels are the fastest index: conv [.., in, out], depthwise [.., in, m]. */
function fold(
  source: Foldable,
  norm: NodeOf<'batch-norm'>,
  weights: ReadonlyMap<string, Tensor>,
): { kernel: Tensor; bias: Tensor } {
  const role = (name: keyof typeof norm.weights): Float32Array =>
    tensorOf(weights, norm.weights[name]).values;
  const kernel = tensorOf(weights, source.weights.kernel);
  const before =
    source.weights.bias === undefined ? undefined : tensorOf(weights, source.weights.bias).values;
  const [gamma, beta, mean, variance] = [role('gamma'), role('beta'), role('mean'), role('variance')];
  const channels = gamma.length;
  const scale = Float64Array.from(gamma, (g, c) => g / Math.sqrt(variance[c] + norm.attributes.epsilon));
  const bias = Float32Array.from(beta, (b, c) => ((before?.[c] ?? 0) - mean[c]) * scale[c] + b);
  const values = new Float32Array(kernel.values.length);
  for (let from = 0; from < values.length; from += channels) {
    for (let c = 0; c < channels; c++) values[from + c] = kernel.values[from + c] * scale[c];
  }
  return { kernel: { shape: kernel.shape, values }, bias: { shape: [channels], values: bias } };
}
