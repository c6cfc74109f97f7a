import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { arrange, labelsOf, loadPart, type UsablePicture } from '../../src/engine/training/dataset.js';
import { openFeatureStore } from '../../src/engine/training/feature-store.js';
import type { Part, PictureRow } from '../../src/shared/contract/parts.js';
import { failureOf } from '../support/failure-of.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const shares = { validation: 0.15, test: 0.15 };

function pictures(name: string, count: number, part?: Part): UsablePicture[] {
  return Array.from({ length: count }, (_, i) => ({
    file: `${name}/${part}-${i}.jpg`,
    class: name,
    part,
    sha256: `${name}-${part}-${i}`,
  }));
}

function given(name: string, parts: Partial<Record<Part, number>>): UsablePicture[] {
  return Object.entries(parts).flatMap(([part, count]) => pictures(name, count, part as Part));
}

describe('pictures are arranged', () => {
  test('in their order, each with its file, class, content and part', () => {
    const all = given('cat', { training: 1, validation: 1, test: 1 });
    const both = [...all, ...given('dog', { training: 1 })];
    assert.deepEqual(arrange(both, shares, 1, 'path').slice(0, 1), [
      { file: 'cat/training-0.jpg', class: 'cat', part: 'training', sha256: 'cat-training-0' },
    ]);
    assert.deepEqual(
      arrange(both, shares, 1, 'path').map(({ part }) => part),
      ['training', 'validation', 'test', 'training'],
    );
  });

  test('with the same parts for the same seed', () => {
    const all = [...pictures('cat', 20), ...pictures('dog', 20)];
    assert.deepEqual(arrange(all, shares, 3, 'path'), arrange(all, shares, 3, 'path'));
  });

  test('where a class of two has its parts given', () => {
    const all = [
      ...given('cat', { training: 1, validation: 1, test: 1 }),
      ...given('dog', { training: 1, test: 1 }),
    ];
    assert.equal(arrange(all, shares, 1, 'path').length, 5);
  });
});

const refusals = [
  {
    name: 'of one class',
    all: pictures('cat', 9),
    failure: { code: 'one-class', path: 'path', name: 'cat' },
  },
  {
    name: 'with a class of two',
    all: [...pictures('cat', 9), ...pictures('dog', 2)],
    failure: { code: 'class-too-small', name: 'dog', pictures: 2, needed: 3 },
  },
  {
    name: 'with a class that has no training picture',
    all: [
      ...given('cat', { training: 3, validation: 1, test: 1 }),
      ...given('dog', { validation: 2, test: 2 }),
    ],
    failure: { code: 'part-empty', part: 'training', detail: 'dog' },
  },
  {
    name: 'without any training picture',
    all: [...given('cat', { validation: 2, test: 2 }), ...given('dog', { validation: 2, test: 2 })],
    failure: { code: 'part-empty', part: 'training', detail: '' },
  },
  {
    name: 'of copies alone, which leave nothing to choose by',
    all: ['cat', 'dog'].flatMap((name) => pictures(name, 4).map((each) => ({ ...each, sha256: name }))),
    failure: { code: 'part-empty', part: 'validation', detail: '' },
  },
] as const;

describe('pictures are refused', () => {
  for (const { name, all, failure } of refusals) {
    test(name, async () => {
      assert.deepEqual(await failureOf(() => arrange(all, shares, 1, 'path')), failure);
    });
  }
});

test('labels are in the order of their code units, each once, whatever they are called', () => {
  // Z (5a) < _ (5f) < a (61) < é (e9) < 😀 (d83d) < ｆ (ff46)
  const names = ['ｆ', '😀', 'é', 'constructor', 'Zebra', '__proto__', 'apple', 'constructor', '10', '9'];
  assert.deepEqual(labelsOf(names.map((name) => ({ class: name }))), [
    '10',
    '9',
    'Zebra',
    '__proto__',
    'apple',
    'constructor',
    'é',
    '😀',
    'ｆ',
  ]);
});

const rows: readonly PictureRow[] = [
  { file: 'a', class: 'constructor', part: 'training', sha256: 'a'.repeat(64) },
  { file: 'b', class: '__proto__', part: 'validation', sha256: 'b'.repeat(64) },
  { file: 'c', class: '__proto__', part: 'training', sha256: 'c'.repeat(64) },
];

describe('the stored features of a part', () => {
  test('come in the order of its rows, with the labels of odd names', async (t) => {
    const store = await openFeatureStore(temporaryFolder(t), 2);
    t.after(() => store.close());
    await store.add('c'.repeat(64), Float32Array.of(5, 6));
    await store.add('a'.repeat(64), Float32Array.of(1, 2));
    assert.deepEqual(await loadPart(rows, 'training', ['__proto__', 'constructor'], store, 2), {
      count: 2,
      rows: Float32Array.of(1, 2, 5, 6),
      labels: Uint32Array.of(1, 0),
    });
  });

  test('name the row that has none', async (t) => {
    const store = await openFeatureStore(temporaryFolder(t), 2);
    t.after(() => store.close());
    await store.add('a'.repeat(64), Float32Array.of(1, 2));
    const named = new RegExp(rows[2].file);
    await assert.rejects(loadPart(rows, 'training', labelsOf(rows), store, 2), named);
  });
});
