import type { Network } from '../../graph/network.js';
import { nodeNamed } from '../../graph/network.js';
import { foldBatchNorm } from '../../graph/passes/fold-batch-norm.js';
import { sizeOf } from '../../graph/weights.js';
import type { ForwardProgram, Runtime } from '../runtime.js';
import { forward as runGraph } from './run.js';

/** The plain reference as a runtime: always there, correct, and slow. */
export function cpuRuntime(): Runtime {
  async function forward(network: Network): Promise<ForwardProgram> {
    const { graph, weights } = foldBatchNorm(network);
    const input = graph.nodes.find((node) => node.op === 'input');
    if (input?.op !== 'input') throw new Error(`${graph.name} has no input`);
    const { shape } = input.attributes;
    const output = nodeNamed(graph, graph.outputs[0]).name;

    async function run(pixels: Uint8Array, count: number): Promise<Float32Array> {
      const values = Float32Array.from(pixels.subarray(0, count * sizeOf(shape)));
      const inputs = new Map([[input?.name ?? '', { shape: [count, ...shape], values }]]);
      const answer = runGraph(graph, weights, inputs, { precision: 'float32', keep: [output] }).get(output);
      return Float32Array.from(answer?.values ?? []);
    }

    return { run, close: () => Promise.resolve() };
  }

  return { name: 'cpu', threads: 1, forward };
}
