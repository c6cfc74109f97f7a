import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { prefixUpTo } from '../../src/engine/graph/passes/split-at.js';
import type { Network } from '../../src/engine/graph/network.js';
import { onnxRuntime } from '../../src/engine/runtimes/onnx/runtime.js';
import { largestIndex } from '../../src/engine/training/head-step.js';
import { Random } from '../../src/shared/random.js';
import { catalogue } from '../support/committed-networks.js';
import { noSharedData, sharedData } from '../support/shared-data.js';

/** What PyTorch answered in float64 for some pictures, with the weights before they were rounded. */
interface Reference {
  readonly size: number;
  readonly input_file: string;
  readonly pictures: readonly {
    readonly file: string;
    readonly top10_index: readonly number[];
    readonly top10_logit: readonly number[];
    readonly features_first16: readonly number[];
    readonly features_mean: number;
  }[];
}

const networks = [
  { id: 'efficientnet-lite0', reference: 'efficientnet_lite0', pictures: 5 },
  { id: 'efficientnet-lite1', reference: 'efficientnet_lite1', pictures: 5 },
  { id: 'efficientnet-lite2', reference: 'efficientnet_lite2', pictures: 3 },
] as const;

// The committed kernels are rounded to half precision; 0.35 % of the largest feature (of the 16 that are known) and
// 0.21 % of the largest logit (of the ten likeliest) were measured.
const tolerance = 0.01;
const data = sharedData();

for (const { id, reference, pictures } of networks) {
  test(`${id}: the features of the reference pictures equal PyTorch's within 1 % of the largest`, async (t) => {
    if (data === undefined) return t.skip(noSharedData);
    const { expected, network, pixels } = await prepared(data, id, reference);
    const rows = await answers(prefixUpTo(network, network.graph.cuts.small), pixels, pictures);
    const first = relative(
      expected.pictures.map((each) => each.features_first16),
      rows.map((row) => row.slice(0, 16)),
      largestOf(rows),
    );
    const means = relative(
      [expected.pictures.map((each) => each.features_mean)],
      [rows.map((row) => row.reduce((sum, value) => sum + value, 0) / row.length)],
      Math.max(...expected.pictures.map((each) => each.features_mean)),
    );
    t.diagnostic(`largest difference ${percent(first)}, of the means ${percent(means)}`);
    assert.ok(first < tolerance && means < tolerance);
  });

  test(`${id}: the logits of the reference pictures equal PyTorch's within 1 % of the largest`, async (t) => {
    if (data === undefined) return t.skip(noSharedData);
    const { expected, network, pixels } = await prepared(data, id, reference);
    const rows = await answers(network, pixels, pictures);
    const difference = relative(
      expected.pictures.map((each) => each.top10_logit),
      rows.map((row, i) => expected.pictures[i].top10_index.map((index) => row[index])),
      Math.max(...expected.pictures.flatMap((each) => each.top10_logit)),
    );
    t.diagnostic(`largest difference ${percent(difference)}`);
    assert.ok(difference < tolerance);
    assert.deepEqual(
      rows.map(largestIndex),
      expected.pictures.map((each) => each.top10_index[0]),
    );
  });
}

test('a picture has the same features, bit for bit, wherever it stands in a batch of 16 and whatever else is in it', async (t) => {
  const network = await catalogue.load('efficientnet-lite0', 224);
  const program = await (await onnxRuntime()).forward(prefixUpTo(network, network.graph.cuts.small));
  t.after(() => program.close());
  const bytes = 224 * 224 * 3;
  const picture = noise('picture', bytes);
  const featuresAt = async (place: number, others: Uint8Array): Promise<Uint8Array> => {
    const batch = others.slice();
    batch.set(picture, place * bytes);
    const rows = await program.run(batch, 16);
    return new Uint8Array(rows.slice(place * 1280, (place + 1) * 1280).buffer);
  };
  const alone = await featuresAt(0, new Uint8Array(16 * bytes));
  assert.deepEqual(await featuresAt(0, noise('others', 16 * bytes)), alone);
  assert.deepEqual(await featuresAt(7, noise('further others', 16 * bytes)), alone);
  assert.deepEqual(await featuresAt(15, new Uint8Array(16 * bytes)), alone);
});

async function prepared(folder: string, id: string, reference: string) {
  const at = (name: string): Buffer => readFileSync(join(folder, 'weights', 'reference', name));
  const expected = JSON.parse(at(`${reference}.json`).toString('utf8')) as Reference;
  const network = await catalogue.load(id, expected.size);
  const file = at(expected.input_file);
  // .npy: the length of the header stands at byte 8, the values follow it.
  const pixels = Uint8Array.from(file.subarray(10 + file.readUInt16LE(8)));
  return { expected, network, pixels };
}

/** The network's answer for each picture. */
async function answers(network: Network, pixels: Uint8Array, count: number): Promise<number[][]> {
  const program = await (await onnxRuntime()).forward(network);
  try {
    const values = await program.run(pixels, count);
    const width = values.length / count;
    return Array.from({ length: count }, (_, i) => [...values.subarray(i * width, (i + 1) * width)]);
  } finally {
    await program.close();
  }
}

function largestOf(rows: readonly (readonly number[])[]): number {
  return Math.max(...rows.flat());
}

/** The largest difference of any value, as a share of `scale`. */
function relative(
  expected: readonly (readonly number[])[],
  actual: readonly (readonly number[])[],
  scale: number,
): number {
  return (
    Math.max(...expected.flatMap((row, i) => row.map((value, j) => Math.abs(value - actual[i][j])))) / scale
  );
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

function noise(purpose: string, length: number): Uint8Array {
  const random = Random.stream(2, purpose);
  return Uint8Array.from({ length }, () => random.below(256));
}
