import assert from 'node:assert/strict';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { catalogueIn } from '../../src/engine/networks/catalogue.js';
import { networkCost, shapesOf } from '../../src/engine/graph/shapes.js';
import { failureOf } from '../support/failure-of.js';
import { catalogue, networkIds, networksFolder } from '../support/committed-networks.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const id = 'efficientnet-lite0';

/** A catalogue with a copy of one network. */
function copiedNetwork(t: TestContext) {
  const folder = temporaryFolder(t);
  cpSync(join(networksFolder, id), join(folder, id), { recursive: true });
  return { catalogue: catalogueIn(folder), at: (name: string) => join(folder, id, name) };
}

describe('the committed networks', () => {
  test('are listed by id', async () => {
    const cards = await catalogue.list();
    assert.deepEqual(
      cards.map((card) => card.id),
      networkIds,
    );
  });

  for (const name of networkIds) {
    test(`${name} costs what its card says and has as many features`, async () => {
      const card = await catalogue.card(name);
      const network = await catalogue.load(name, card.input.size);
      const { parameters, multiplyAdds } = card;
      assert.deepEqual(networkCost(network), { parameters, multiplyAdds });
      assert.deepEqual(shapesOf(network).get(network.graph.cuts.small), [card.features]);
    });
  }

  test('are loaded for another size', async () => {
    const { graph } = await catalogue.load(id, 96);
    assert.deepEqual(graph.nodes[0].attributes, { shape: [96, 96, 3] });
  });
});

describe('a network', () => {
  test('that is not there is unknown, and those that are there are named', async () => {
    const known = networkIds.join(', ');
    const failure = { code: 'unknown-network', id: 'resnet', known };
    assert.deepEqual(await failureOf(() => catalogue.load('resnet', 224)), failure);
  });

  test('cannot be a path', async () => {
    assert.equal((await failureOf(() => catalogue.card(`../networks/${id}`))).code, 'unknown-network');
  });

  for (const name of ['weights.safetensors', 'graph.json']) {
    test(`with one byte of ${name} changed is damaged`, async (t) => {
      const copy = copiedNetwork(t);
      const bytes = readFileSync(copy.at(name));
      bytes[bytes.length >> 1] ^= 1;
      writeFileSync(copy.at(name), bytes);
      const failure = { code: 'network-damaged', id, path: copy.at(name), problem: 'SHA-256' };
      assert.deepEqual(await failureOf(() => copy.catalogue.load(id, 224)), failure);
    });

    test(`without ${name} lacks that file`, async (t) => {
      const copy = copiedNetwork(t);
      rmSync(copy.at(name));
      const failure = { code: 'network-missing', id, path: copy.at(name) };
      assert.deepEqual(await failureOf(() => copy.catalogue.load(id, 224)), failure);
    });
  }

  test('whose card lacks a field is damaged', async (t) => {
    const copy = copiedNetwork(t);
    writeFileSync(copy.at('card.json'), '{"format": "headstart-network", "version": 1}');
    assert.equal((await failureOf(() => copy.catalogue.card(id))).code, 'network-damaged');
  });
});

test('a folder that is missing has no networks', async (t) => {
  assert.deepEqual(await catalogueIn(join(temporaryFolder(t), 'missing')).list(), []);
});
