import type { Network } from '../graph/network.js';

/**
 * A runtime only computes. Pictures in, values out; everything that decides (batches, losses, optimizers,
 * stopping) is plain TypeScript elsewhere and the same on every runtime.
 */
export interface Runtime {
  readonly name: RuntimeName;
  /** The threads it uses; recorded in a run, because another number rounds differently. */
  readonly threads: number;
  /** Prepares the forward pass of a network with one input and one output. The caller closes the program. */
  forward(network: Network): Promise<ForwardProgram>;
}

export type RuntimeName = 'onnx' | 'cpu';

export interface ForwardProgram {
  /**
   * Runs a batch: `pixels` uint8 [count, h, w, 3] -> the output's values, row by row [count, ...]. The answer
   * for a picture may differ in the last bits with the batch's size; callers that must repeat a result pass
   * batches of one fixed size.
   */
  run(pixels: Uint8Array, count: number): Promise<Float32Array>;
  close(): Promise<void>;
}
