import type { Runtime } from './runtime.js';
import { selfTestAnswer } from './self-test-answer.js';
import { selfTestBatch, selfTestNetwork, selfTestPixels } from './self-test-network.js';

/**
 * Largest allowed difference to the stored answer, relative to its largest value. Float32 rounding makes about
 * 3e-7; a batch norm without its epsilon makes 8e-4, padding on the wrong side 0.3.
 */
export const selfTestTolerance = 1e-4;

/**
 * Runs a small network on fixed pixels and compares with what PyTorch answers in float64. The answer is stored,
 * not computed here: a fault in what all runtimes share (padding, folding of batch norms) must show too.
 * Returns the largest difference relative to the largest value; NaN where any answer is NaN.
 */
export async function selfTest(runtime: Runtime): Promise<number> {
  const actual = await answerOf(runtime);
  if (actual.length !== selfTestAnswer.length) return Infinity;
  const differences = selfTestAnswer.map((expected, i) => Math.abs(expected - actual[i]));
  return Math.max(...differences) / Math.max(...selfTestAnswer.map(Math.abs)); // Math.max of a NaN is NaN
}

async function answerOf(runtime: Runtime): Promise<Float32Array> {
  const program = await runtime.forward(selfTestNetwork());
  try {
    return await program.run(selfTestPixels(), selfTestBatch);
  } finally {
    await program.close();
  }
}
