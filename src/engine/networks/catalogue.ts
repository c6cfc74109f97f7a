import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fail, FailureError } from '../../shared/contract/failures.js';
import { readWhole } from '../files/disk.js';
import { sha256 } from '../files/hash.js';
import { resizeInput } from '../graph/passes/resize-input.js';
import type { Network } from '../graph/network.js';
import { missingWeight, parseGraph } from '../graph/read-graph.js';
import { parseSafetensors } from '../graph/safetensors.js';
import { shapesOf } from '../graph/shapes.js';
import { cardSchema, type NetworkCard } from './card.js';

/** The networks in a folder, one sub-folder each: `graph.json`, `weights.safetensors`, `card.json`, licence. */
export interface Catalogue {
  /** All cards, by id. */
  list(): Promise<readonly NetworkCard[]>;
  /** Throws `unknown-network`, `network-missing` or `network-damaged`. */
  card(id: string): Promise<NetworkCard>;
  /** The network for square pictures of that side, its files checked against the card's hashes. */
  load(id: string, size: number): Promise<Network>;
}

export function catalogueIn(folder: string): Catalogue {
  async function ids(): Promise<string[]> {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    return entries
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
      .sort();
  }

  async function card(id: string): Promise<NetworkCard> {
    const known = await ids();
    if (!known.includes(id)) fail({ code: 'unknown-network', id, known: known.join(', ') });
    return readCard(join(folder, id, 'card.json'), id);
  }

  async function load(id: string, size: number): Promise<Network> {
    const { graphSha256, weightsSha256 } = await card(id);
    const graphPath = join(folder, id, 'graph.json');
    const weightsPath = join(folder, id, 'weights.safetensors');
    const graphBytes = await checkedFile(id, graphPath, graphSha256);
    const weightBytes = await checkedFile(id, weightsPath, weightsSha256);
    const graph = parseGraph(JSON.parse(Buffer.from(graphBytes).toString('utf8')), graphPath);
    const { weights } = parseSafetensors(weightBytes, weightsPath);
    const missing = missingWeight(graph, weights);
    if (missing !== undefined) fail({ code: 'network-damaged', id, path: weightsPath, problem: missing });
    const network = resizeInput({ graph, weights }, size);
    shapesOf(network); // proves that the shapes fit before anything is computed
    return network;
  }

  return { list: async () => Promise.all((await ids()).map(card)), card, load };
}

async function readCard(path: string, id: string): Promise<NetworkCard> {
  const bytes = await networkFile(id, path);
  const parsed = cardSchema.safeParse(parseJson(bytes));
  if (parsed.success) return parsed.data;
  return fail({ code: 'network-damaged', id, path, problem: parsed.error.issues[0].message });
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8')) as unknown;
  } catch {
    return undefined; // the schema refuses it
  }
}

async function networkFile(id: string, path: string): Promise<Uint8Array> {
  return readWhole(path).catch((error: unknown) => {
    if (error instanceof FailureError && error.failure.code === 'path-missing') {
      return fail({ code: 'network-missing', id, path });
    }
    throw error;
  });
}

/** The file's bytes, if they are those that the card promises. */
async function checkedFile(id: string, path: string, expected: string): Promise<Uint8Array> {
  const bytes = await networkFile(id, path);
  if (sha256(bytes) !== expected) fail({ code: 'network-damaged', id, path, problem: 'SHA-256' });
  return bytes;
}
