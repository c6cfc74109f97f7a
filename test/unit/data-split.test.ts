import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { split, type Splittable } from '../../src/engine/data/split.js';
import type { Part } from '../../src/shared/contract/parts.js';

const shares = { validation: 0.15, test: 0.15 };

/** `count` pictures of a class, each with content of its own. */
function pictures(name: string, count: number, part?: Part): Splittable[] {
  return Array.from({ length: count }, (_, i) => ({ class: name, sha256: `${name}-${part}-${i}`, part }));
}

/** How many pictures of a class are in each part. */
function counts(all: readonly Splittable[], parts: readonly Part[], name: string) {
  const count = (part: Part): number =>
    parts.filter((each, i) => each === part && all[i].class === name).length;
  return { training: count('training'), validation: count('validation'), test: count('test') };
}

function countsOf(all: readonly Splittable[], name: string, seed = 1) {
  return counts(all, split(all, shares, seed), name);
}

/** The part of each content, whatever the order. */
function byContent(all: readonly Splittable[], parts: readonly Part[]): ReadonlyMap<string, Part> {
  return new Map(all.map((each, i): [string, Part] => [each.sha256, parts[i]]).sort());
}

describe('a split is drawn', () => {
  test('with the shares in each class', () => {
    const all = [...pictures('cat', 100), ...pictures('dog', 20)];
    assert.deepEqual(countsOf(all, 'cat'), { training: 70, validation: 15, test: 15 });
    assert.deepEqual(countsOf(all, 'dog'), { training: 14, validation: 3, test: 3 });
  });

  test('with one picture for each part where a class has three', () => {
    assert.deepEqual(countsOf(pictures('cat', 3), 'cat'), { training: 1, validation: 1, test: 1 });
  });

  test('with a training and a test picture where a class has two', () => {
    assert.deepEqual(countsOf(pictures('cat', 2), 'cat'), { training: 1, validation: 0, test: 1 });
  });

  test('with a training picture where a class has one', () => {
    assert.deepEqual(countsOf(pictures('cat', 1), 'cat'), { training: 1, validation: 0, test: 0 });
  });

  test('with a training picture left even by the largest shares', () => {
    const parts = split(pictures('cat', 4), { validation: 0.4, test: 0.4 }, 1);
    assert.deepEqual(counts(pictures('cat', 4), parts, 'cat'), { training: 1, validation: 1, test: 2 });
  });

  test('the same for the same seed', () => {
    const all = pictures('cat', 50);
    assert.deepEqual(split(all, shares, 7), split(all, shares, 7));
  });

  test('otherwise for another seed', () => {
    const all = pictures('cat', 50);
    assert.notDeepEqual(split(all, shares, 7), split(all, shares, 8));
  });

  test('by content, whatever the order', () => {
    const all = [...pictures('cat', 30), ...pictures('dog', 30)];
    const reversed = [...all].reverse();
    assert.deepEqual(byContent(reversed, split(reversed, shares, 1)), byContent(all, split(all, shares, 1)));
  });

  test('without a say for the other classes', () => {
    const cats = pictures('cat', 30);
    const both = [...cats, ...pictures('dog', 30)];
    assert.deepEqual(split(both, shares, 1).slice(0, 30), split(cats, shares, 1));
  });

  test('without a say for the name of the class', () => {
    const cats = pictures('cat', 30);
    const renamed = cats.map((each) => ({ ...each, class: '__proto__' }));
    assert.deepEqual(split(renamed, shares, 1), split(cats, shares, 1));
  });

  test('with exact copies in one part', () => {
    const originals = pictures('cat', 20);
    const all = [...originals, ...originals, ...originals];
    const parts = split(all, shares, 1);
    assert.deepEqual(parts.slice(20, 40), parts.slice(0, 20));
    assert.deepEqual(parts.slice(40), parts.slice(0, 20));
    assert.deepEqual(counts(all, parts, 'cat'), { training: 42, validation: 9, test: 9 });
  });

  test('for training alone where all pictures are copies of one', () => {
    const all = Array.from({ length: 5 }, () => ({ class: 'cat', sha256: 'same', part: undefined }));
    assert.deepEqual(
      split(all, shares, 1),
      all.map(() => 'training'),
    );
  });
});

describe('given parts', () => {
  test('are kept where all are given', () => {
    const all = [
      ...pictures('cat', 3, 'training'),
      ...pictures('cat', 2, 'validation'),
      ...pictures('cat', 1, 'test'),
    ];
    assert.deepEqual(
      split(all, shares, 1),
      all.map(({ part }) => part),
    );
  });

  test('leave pictures without one to training where no part is missing', () => {
    const all = [...pictures('cat', 1, 'validation'), ...pictures('cat', 1, 'test'), ...pictures('cat', 4)];
    assert.deepEqual(countsOf(all, 'cat'), { training: 4, validation: 1, test: 1 });
  });

  test('have a missing validation part drawn from training, 15 % of it', () => {
    const all = [...pictures('cat', 40, 'training'), ...pictures('cat', 10, 'test')];
    const parts = split(all, { validation: 0.4, test: 0.4 }, 1);
    assert.deepEqual(counts(all, parts, 'cat'), { training: 34, validation: 6, test: 10 });
    assert.deepEqual(
      parts.slice(40),
      all.slice(40).map(() => 'test'),
    );
  });

  test('have a missing test part drawn from training, 15 % of it', () => {
    const all = [...pictures('cat', 40, 'training'), ...pictures('cat', 10, 'validation')];
    assert.deepEqual(countsOf(all, 'cat'), { training: 34, validation: 10, test: 6 });
  });

  test('of training alone have both others drawn, 15 % each', () => {
    assert.deepEqual(countsOf(pictures('cat', 40, 'training'), 'cat'), {
      training: 28,
      validation: 6,
      test: 6,
    });
  });

  test('have at least one picture of each class drawn', () => {
    const all = [...pictures('cat', 2, 'training'), ...pictures('cat', 1, 'test')];
    assert.deepEqual(countsOf(all, 'cat'), { training: 1, validation: 1, test: 1 });
  });
});

test('every class keeps a training picture, whatever the set, the shares and the seed', () => {
  const picture = fc.record({
    class: fc.constantFrom('a', 'b', 'constructor'),
    sha256: fc.constantFrom(...'0123456789abcdefghij'),
    part: fc.constant(undefined),
  });
  const share = fc.double({ min: 0.02, max: 0.4, noNaN: true });
  const property = fc.property(
    fc.array(picture, { minLength: 1, maxLength: 60 }),
    share,
    share,
    fc.nat(),
    (all, validation, testShare, seed) => {
      const parts = split(all, { validation, test: testShare }, seed);
      const learned = new Set(all.filter((_, i) => parts[i] === 'training').map((each) => each.class));
      assert.equal(learned.size, new Set(all.map((each) => each.class)).size);
    },
  );
  fc.assert(property);
});
