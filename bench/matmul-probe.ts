import { loadOnnxRuntime } from '../src/engine/runtimes/onnx/load.js';
import { encodeModel } from '../src/engine/runtimes/onnx/proto.js';

/** Sides of the square matrices; the better of the two counts. */
const sides = [1024, 2048];

/**
 * The machine's limit as far as a good library reaches it: float32 operations a second (a multiply-add counts
 * as two) of a plain matrix product on `threads` threads.
 */
export async function matmulLimit(threads: number, seconds = 1.5): Promise<number> {
  let best = 0;
  for (const side of sides) best = Math.max(best, await measure(side, threads, seconds));
  return best;
}

async function measure(side: number, threads: number, seconds: number): Promise<number> {
  const ort = await loadOnnxRuntime();
  const shape = [side, side];
  const constant = { name: 'b', type: 'float32', shape, values: filled(side * side) } as const;
  const bytes = encodeModel({
    name: 'matmul',
    producerVersion: '',
    description: '',
    nodes: [{ opType: 'MatMul', name: 'm', inputs: ['a', 'b'], outputs: ['c'], attributes: {} }],
    constants: [constant],
    inputs: [{ name: 'a', type: 'float32', shape }],
    outputs: [{ name: 'c', type: 'float32', shape }],
    metadata: {},
  });
  const session = await ort.InferenceSession.create(bytes, {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
  });
  const feeds = { a: new ort.Tensor('float32', filled(side * side), shape) };
  await session.run(feeds);
  const times: number[] = [];
  const started = performance.now();
  while (performance.now() - started < seconds * 1000) {
    const before = performance.now();
    await session.run(feeds);
    times.push(performance.now() - before);
  }
  await session.release();
  times.sort((a, b) => a - b);
  const typical = times[Math.floor(times.length / 4)]; // the quarter that was disturbed least
  return (2 * side ** 3) / (typical / 1000);
}

function filled(length: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => ((i * 7919) % 251) / 251 - 0.5);
}
