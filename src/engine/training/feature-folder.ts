import { join } from 'node:path';
import type { PixelRule } from '../../shared/contract/preprocessing.js';
import type { NetworkCard } from '../networks/card.js';
import { sha256 } from '../files/hash.js';

/**
 * The version of what turns a file into pixels and pixels into features. Raise it when a change makes other
 * numbers of the same file: old rows are then no longer found.
 */
const version = 1;

/** Where the stored features of one network, pixel rule, cut and view lie: everything but the picture. */
export function featureFolder(
  cache: string,
  { card, rule, cut, view }: { card: NetworkCard; rule: PixelRule; cut: string; view: number },
): string {
  const key = { version, weights: card.weightsSha256, graph: card.graphSha256, rule, cut, view };
  return join(cache, 'features', `${card.id}-${sha256(JSON.stringify(key)).slice(0, 24)}`);
}

/** Where the outcomes of files lie that were looked into. */
export function outcomeFolder(cache: string): string {
  return join(cache, 'outcomes', `v${version}`);
}
