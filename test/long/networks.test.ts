import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { PicturePool } from '../../src/engine/images/pool.js';
import { catalogueIn } from '../../src/engine/networks/catalogue.js';
import { onnxRuntime } from '../../src/engine/runtimes/onnx/runtime.js';
import { pixelRule } from '../../src/shared/contract/preprocessing.js';
import { repositoryRoot } from '../support/repository.js';
import { noSharedData, sharedData } from '../support/shared-data.js';

const data = sharedData() ?? '';
/** One thread reads ahead while the network works. */
const batch = 10;
const pool = new PicturePool();
after(() => pool.close());

/** Per cent of the pictures, one for each ImageNet class, on which the original weights are right. */
const original = {
  'efficientnet-lite0': 84.7,
  'efficientnet-lite1': 87.5,
  'efficientnet-lite2': 86.3,
} as const;

describe('the networks answer as their originals on one picture for each ImageNet class', () => {
  for (const [id, figure] of Object.entries(original)) {
    test(id, { skip: data === '' && noSharedData }, async (t) => {
      const share = await topOne(id);
      t.diagnostic(`${share.toFixed(1)} %, originally ${figure} %`);
      assert.ok(Math.abs(share - figure) <= 0.5, String(share));
    });
  }
});

/** Per cent of the pictures whose likeliest class is the index of their name in the order of bytes. */
async function topOne(id: string): Promise<number> {
  const folder = join(data, 'imagenet-samples');
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.jpg'))
    .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  assert.equal(files.length, 1000);
  const catalogue = catalogueIn(join(repositoryRoot, 'resources', 'networks'));
  const { size } = (await catalogue.card(id)).input;
  const program = await (await onnxRuntime()).forward(await catalogue.load(id, size));
  try {
    let hits = 0;
    for (let from = 0; from < files.length; from += batch) {
      const paths = files.slice(from, from + batch).map((name) => join(folder, name));
      const logits = await program.run(await pixelsOf(paths, size), paths.length);
      hits += paths.filter(
        (_, i) => likeliest(logits.subarray(i * 1000, (i + 1) * 1000)) === from + i,
      ).length;
    }
    return (100 * hits) / files.length;
  } finally {
    await program.close();
  }
}

/** RGB of some pictures after the pixel contract [pictures, size, size, 3]. */
async function pixelsOf(paths: readonly string[], size: number): Promise<Uint8Array> {
  const pixels = new Uint8Array(paths.length * size * size * 3);
  await Promise.all(
    paths.map(async (path, i) => {
      const read = await pool.read(
        new Uint8Array(readFileSync(path)),
        path,
        pixelRule('centre-square', size),
      );
      assert.equal(read.kind, 'read');
      if (read.kind === 'read') pixels.set(read.pixels, i * size * size * 3);
    }),
  );
  return pixels;
}

function likeliest(logits: Float32Array): number {
  return logits.indexOf(Math.max(...logits));
}
