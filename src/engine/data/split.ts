import { createHash } from 'node:crypto';
import type { Part } from '../../shared/contract/parts.js';

/** A picture to be put into a part; `part` is given where a layout or a split file has decided. */
export interface Splittable {
  readonly class: string;
  readonly sha256: string;
  readonly part: Part | undefined;
}

export interface Shares {
  readonly validation: number;
  readonly test: number;
}

/**
 * Stratified seeded split. Per class the pictures are ordered by SHA-256(seed, content) and counted off, so
 * that names and the order on disk have no say; exact copies share a hash and stay together. A part that is
 * given is kept. Where no part at all is given, test and validation take their shares; where some are given,
 * each missing part takes 15 % of training (`missingShare`), at least one picture a class.
 *
 * A class keeps at least one training picture; with three pictures or more it has one in each part.
 * Returns the part of each picture, in the order given.
 */
export function split(pictures: readonly Splittable[], shares: Shares, seed: number): Part[] {
  const wanted = wantedShares(pictures, shares);
  const parts = pictures.map((picture) => picture.part ?? 'training');
  for (const members of byClass(pictures).values()) {
    const free = members.filter((i) => isFree(pictures[i], wanted));
    const copies = groupCopies(pictures, free, seed);
    let left = copies.length;
    let at = 0;
    for (const [part, share] of wanted) {
      const count = Math.min(Math.max(Math.round(share * copies.length), 1), left - 1);
      for (const group of copies.slice(at, at + Math.max(count, 0))) for (const i of group) parts[i] = part;
      at += Math.max(count, 0);
      left -= Math.max(count, 0);
    }
  }
  return parts;
}

/** Share of training that a part takes which a split file leaves out. */
export const missingShare = 0.15;

/** The parts to be drawn, the test part first: a class too small for all keeps its test picture. */
function wantedShares(pictures: readonly Splittable[], shares: Shares): [Part, number][] {
  const given = new Set(pictures.map((picture) => picture.part));
  const someGiven = given.size > 1 || !given.has(undefined);
  const drawn: [Part, number][] = [
    ['test', someGiven ? missingShare : shares.test],
    ['validation', someGiven ? missingShare : shares.validation],
  ];
  return drawn.filter(([part]) => !given.has(part));
}

/** Drawn from: pictures without a part, and those of training where a part is missing altogether. */
function isFree(picture: Splittable, wanted: readonly unknown[]): boolean {
  return picture.part === undefined || (picture.part === 'training' && wanted.length > 0);
}

function byClass(pictures: readonly Splittable[]): ReadonlyMap<string, number[]> {
  const classes = new Map<string, number[]>();
  pictures.forEach((picture, i) => {
    const members = classes.get(picture.class);
    if (members === undefined) classes.set(picture.class, [i]);
    else members.push(i);
  });
  return classes;
}

/** Groups of equal content, in seeded order. */
function groupCopies(pictures: readonly Splittable[], members: readonly number[], seed: number): number[][] {
  const groups = new Map<string, number[]>();
  for (const i of members) {
    const key = createHash('sha256').update(`${seed}/${pictures[i].sha256}`).digest('hex');
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [i]);
    else group.push(i);
  }
  return [...groups.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
}
