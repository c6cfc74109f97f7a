import type { ForwardProgram } from '../runtimes/runtime.js';
import type { FeatureStore } from './feature-store.js';
import type { PixelSink } from './picture-pass.js';

/**
 * Runs the frozen network over pictures in batches of one fixed size and stores the answers. A short last
 * batch is filled up with zeros: a picture's features then do not depend on how many came with it, and a
 * resumed run sees the same bits.
 */
export interface Extraction extends PixelSink {
  /** Pictures computed so far. */
  readonly computed: number;
}

export function extraction(
  program: () => Promise<ForwardProgram>,
  store: FeatureStore,
  { batch, pixels, features }: { batch: number; pixels: number; features: number },
): Extraction {
  const asked = new Set<string>();
  let waiting: { sha256: string; pixels: Uint8Array }[] = [];
  let running: Promise<void> = Promise.resolve();
  let computed = 0;

  /** `asked` keeps two copies of one file from being computed side by side. */
  function wants(sha256: string): boolean {
    if (store.has(sha256) || asked.has(sha256)) return false;
    asked.add(sha256);
    return true;
  }

  async function take(sha256: string, each: Uint8Array): Promise<void> {
    waiting.push({ sha256, pixels: each });
    if (waiting.length === batch) await enqueue();
  }

  /** Batches run one after the other; the one who fills a batch waits for it, the others go on decoding. */
  async function enqueue(): Promise<void> {
    const pictures = waiting;
    waiting = [];
    running = running.then(() => compute(pictures));
    await running;
  }

  async function compute(pictures: readonly { sha256: string; pixels: Uint8Array }[]): Promise<void> {
    const input = new Uint8Array(batch * pixels);
    pictures.forEach((picture, i) => input.set(picture.pixels, i * pixels));
    const network = await program();
    const rows = await network.run(input, batch);
    for (let i = 0; i < pictures.length; i++) {
      await store.add(pictures[i].sha256, rows.subarray(i * features, (i + 1) * features));
    }
    computed += pictures.length;
  }

  return {
    wants,
    take,
    flush: async () => {
      if (waiting.length > 0) await enqueue();
      await running;
      asked.clear(); // what was asked for and never came, because its file was too slow, may be asked for again
    },
    get computed() {
      return computed;
    },
  };
}
