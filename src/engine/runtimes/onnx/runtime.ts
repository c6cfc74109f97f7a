import { availableParallelism } from 'node:os';
import { foldBatchNorm } from '../../graph/passes/fold-batch-norm.js';
import { shapesOf } from '../../graph/shapes.js';
import type { Network } from '../../graph/network.js';
import { sizeOf } from '../../graph/weights.js';
import type { ForwardProgram, Runtime } from '../runtime.js';
import { loadOnnxRuntime } from './load.js';
import { onnxModel } from './model.js';

/**
 * ONNX Runtime on the processor, the default. The package is loaded on first use, so that a machine where its
 * native part does not load can still say so in words. Throws what the package throws when it cannot load.
 */
export async function onnxRuntime(threads = availableParallelism()): Promise<Runtime> {
  const ort = await loadOnnxRuntime();

  async function forward(network: Network): Promise<ForwardProgram> {
    const folded = foldBatchNorm(network);
    const input = onlyInput(folded);
    const [output] = folded.graph.outputs;
    const pictureSize = sizeOf(input.shape);
    const bytes = onnxModel(folded, { producerVersion: '', description: '', metadata: {} });
    const session = await ort.InferenceSession.create(bytes, {
      executionProviders: ['cpu'],
      graphOptimizationLevel: 'all',
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      logSeverityLevel: 3,
    });

    async function run(pixels: Uint8Array, count: number): Promise<Float32Array> {
      if (pixels.length !== count * pictureSize) {
        throw new Error(`${pixels.length} bytes are not ${count} pictures of ${input.shape.join(' x ')}`);
      }
      const tensor = new ort.Tensor('uint8', pixels, [count, ...input.shape]);
      const result = await session.run({ [input.name]: tensor });
      const { data } = result[output];
      if (!(data instanceof Float32Array)) throw new Error(`${output} is no float32 tensor`);
      return data;
    }

    return { run, close: () => session.release() };
  }

  return { name: 'onnx', threads, forward };
}

function onlyInput(network: Network): { name: string; shape: readonly number[] } {
  const inputs = network.graph.nodes.filter((node) => node.op === 'input');
  if (inputs.length !== 1 || network.graph.outputs.length !== 1) {
    throw new Error(`${network.graph.name}: forward wants one input and one output`);
  }
  const [{ name }] = inputs;
  return { name, shape: shapesOf(network).get(name) ?? [] };
}
