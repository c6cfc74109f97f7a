import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { NetworkInfo, RuntimeInfo } from '../../shared/contract/calls.js';
import { prefixUpTo } from '../graph/passes/split-at.js';
import { probe, runtimeNames, type Probe } from '../runtimes/choose.js';
import type { Runtime } from '../runtimes/runtime.js';
import { expectGoingOn, type Context } from './context.js';
import { extractionBatch } from './frozen.js';

/** The networks of the catalogue with their sizes and licences. */
export async function listNetworks({ catalogue, places }: Context): Promise<NetworkInfo[]> {
  const cards = await catalogue.list();
  return Promise.all(
    cards.map(async ({ id, name, label, input, parameters, multiplyAdds, licence, weightsSha256 }) => {
      const file = await stat(join(places.resources, 'networks', id, 'weights.safetensors')).catch(
        () => undefined,
      );
      const bytes = file?.size ?? 0;
      return { id, name, label, size: input.size, parameters, multiplyAdds, licence, weightsSha256, bytes };
    }),
  );
}

/** The network by which runtimes are timed. */
const timed = { network: 'efficientnet-lite0', seconds: 2 } as const;

/** Looks for every runtime, proves it against the plain reference and times it. */
export async function checkRuntimes(context: Context): Promise<RuntimeInfo[]> {
  const infos: RuntimeInfo[] = [];
  for (const name of runtimeNames) {
    infos.push(await infoOf(context, await probe(name)));
    expectGoingOn(context);
  }
  return infos;
}

async function infoOf(context: Context, found: Probe): Promise<RuntimeInfo> {
  const nothing = { largestDifference: null, picturesPerSecond: null, threads: null };
  switch (found.state) {
    case 'missing':
      return { ...nothing, name: found.name, state: 'missing', reason: found.reason };
    case 'refused':
      return {
        ...nothing,
        name: found.name,
        state: 'refused',
        reason: null,
        largestDifference: found.difference,
      };
    case 'ready': {
      const picturesPerSecond = found.name === 'cpu' ? null : await speedOf(context, found.runtime);
      const { threads } = found.runtime;
      return {
        name: found.name,
        state: 'ready',
        reason: null,
        largestDifference: found.difference,
        picturesPerSecond,
        threads,
      };
    }
  }
}

/** Pictures a second from pixels to features. The plain reference is not timed: a picture takes it seconds. */
async function speedOf({ catalogue }: Context, runtime: Runtime): Promise<number> {
  const { size } = (await catalogue.card(timed.network)).input;
  const network = await catalogue.load(timed.network, size);
  const program = await runtime.forward(prefixUpTo(network, network.graph.cuts.small));
  try {
    const batch = extractionBatch(runtime.threads);
    const pixels = new Uint8Array(batch * size * size * 3).map((_, i) => (i * 7919) % 251);
    await program.run(pixels, batch); // the first run sets buffers up
    const started = performance.now();
    let pictures = 0;
    while (performance.now() - started < timed.seconds * 1000) {
      await program.run(pixels, batch);
      pictures += batch;
    }
    return (pictures / (performance.now() - started)) * 1000;
  } finally {
    await program.close();
  }
}
