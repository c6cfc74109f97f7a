import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { prefixUpTo } from '../src/engine/graph/passes/split-at.js';
import { catalogueIn } from '../src/engine/networks/catalogue.js';
import { extractionBatch } from '../src/engine/projects/frozen.js';
import { onnxRuntime } from '../src/engine/runtimes/onnx/runtime.js';
import type { ForwardProgram } from '../src/engine/runtimes/runtime.js';
import { matmulLimit } from './matmul-probe.js';
import { startPeer, type Peer } from './peer.js';
import { median, type Row } from './row.js';

const resources = fileURLToPath(new URL('../../resources', import.meta.url));
const size = 224;
const rounds = 5;
const secondsEach = 3;
/** A probe that moves more than this between beginning and end means that the machine was not quiet. */
const probeDrift = 0.1;

/** Batches that PyTorch may choose from: each way of running it is measured at its fastest. */
const peerBatches = '2,4,8,16,32';

/**
 * Pictures a second from decoded pixels (uint8 224 x 224 x 3) to pooled features, EfficientNet-Lite0, all cores,
 * the product at the batch that it uses; against the same network in PyTorch, eager as users write it and traced
 * and frozen, each at its best batch.
 */
export async function extract(): Promise<readonly Row[]> {
  const threads = availableParallelism();
  const card = await catalogueIn(join(resources, 'networks')).card('efficientnet-lite0');
  const network = await catalogueIn(join(resources, 'networks')).load(card.id, size);
  const program = await (await onnxRuntime(threads)).forward(prefixUpTo(network, network.graph.cuts.small));
  const words = [
    process.env['HEADSTART_PEER_WEIGHTS'] ?? '-',
    String(threads),
    peerBatches,
    String(secondsEach),
  ];
  const peer = await startPeer('extract.py', words);
  try {
    const before = await matmulLimit(threads);
    const { product, eager, scripted } = await takeTurns(program, extractionBatch(threads), peer);
    const after = await matmulLimit(threads);
    // The head is no part of the features: its multiply-adds are taken off the card's.
    const operations = 2 * (card.multiplyAdds - card.features * 1000);
    const limit = (product * operations) / Math.max(before, after);
    report({ threads, before, after, product, eager, scripted, limit });
    const row = { bench: 'extract', product, unit: 'pictures/s', limit };
    return [
      { ...row, against: 'pytorch-eager', peer: eager, ratio: product / eager, aim: 2 },
      { ...row, against: 'pytorch-traced', peer: scripted, ratio: product / scripted, aim: 2 },
      { ...row, against: 'matmul-limit', peer: 1, ratio: limit, aim: 0.7 },
    ];
  } finally {
    peer.stop();
    await program.close();
  }
}

async function takeTurns(program: ForwardProgram, batch: number, peer: Peer) {
  const [product, eager, scripted]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round < rounds; round++) {
    product.push(await speedOf(program, batch));
    const answer = await peer.measure();
    eager.push(answer['eager']);
    scripted.push(answer['scripted']);
  }
  return { product: median(product), eager: median(eager), scripted: median(scripted) };
}

async function speedOf(program: ForwardProgram, batch: number): Promise<number> {
  const pixels = new Uint8Array(batch * size * size * 3).map((_, i) => (i * 7919) % 251);
  await program.run(pixels, batch);
  let pictures = 0;
  const started = performance.now();
  while (performance.now() - started < secondsEach * 1000) {
    await program.run(pixels, batch);
    pictures += batch;
  }
  return (pictures / (performance.now() - started)) * 1000;
}

interface Figures {
  readonly threads: number;
  readonly before: number;
  readonly after: number;
  readonly product: number;
  readonly eager: number;
  readonly scripted: number;
  readonly limit: number;
}

function report({ threads, before, after, product, eager, scripted, limit }: Figures): void {
  const giga = (value: number): string => (value / 1e9).toFixed(0);
  const lines = [
    `extract: EfficientNet-Lite0, ${size} px, ${threads} threads, medians of ${rounds}, each at its best batch`,
    `  Headstart        ${product.toFixed(1)} pictures/s, ${(limit * 100).toFixed(0)} % of the matrix-multiply limit`,
    `  PyTorch eager    ${eager.toFixed(1)} pictures/s, ratio ${(product / eager).toFixed(2)}`,
    `  PyTorch traced   ${scripted.toFixed(1)} pictures/s, ratio ${(product / scripted).toFixed(2)}`,
    `  limit            ${giga(before)} before, ${giga(after)} after, in GFLOP/s`,
  ];
  if (Math.abs(before - after) / Math.max(before, after) > probeDrift) {
    lines.push('  The limit moved by more than a tenth: the machine was busy, throw this run away.');
  }
  process.stdout.write(`${lines.join('\n')}\n`);
}
