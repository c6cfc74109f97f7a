import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { catalogueIn } from '../../src/engine/networks/catalogue.js';
import { repositoryRoot } from './repository.js';

/** The networks that come with the product. */
export const networksFolder = join(repositoryRoot, 'resources', 'networks');
export const catalogue = catalogueIn(networksFolder);
export const networkIds = ['efficientnet-lite0', 'efficientnet-lite1', 'efficientnet-lite2'] as const;

/** `graph.json` as it lies on disk, parsed but not checked. */
export function graphJson(id: string): unknown {
  return JSON.parse(readFileSync(join(networksFolder, id, 'graph.json'), 'utf8')) as unknown;
}
