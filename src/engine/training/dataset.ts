import { fail } from '../../shared/contract/failures.js';
import { parts, type Part, type PictureRow } from '../../shared/contract/parts.js';
import { split, type Shares } from '../data/split.js';
import type { FeatureStore } from './feature-store.js';
import type { LabelledFeatures } from './softmax-head.js';

/** A picture that can be used, before the split. */
export interface UsablePicture {
  readonly file: string;
  readonly class: string;
  readonly part: Part | undefined;
  readonly sha256: string;
}

/** Fewer pictures of a class cannot be learned, chosen by and tested. */
export const fewestPictures = 3;

/**
 * The run's pictures with their parts. Throws one-class, class-too-small or part-empty; `path` is for the
 * failures alone.
 */
export function arrange(
  pictures: readonly UsablePicture[],
  shares: Shares,
  seed: number,
  path: string,
): PictureRow[] {
  const labels = labelsOf(pictures);
  if (labels.length === 1) fail({ code: 'one-class', path, name: labels[0] });
  const drawn = pictures.some((picture) => picture.part === undefined);
  for (const [name, count] of countByClass(pictures)) {
    if (drawn && count < fewestPictures) {
      fail({ code: 'class-too-small', name, pictures: count, needed: fewestPictures });
    }
  }
  const chosen = split(pictures, shares, seed);
  const rows = pictures.map(({ file, class: name, sha256 }, i) => ({
    file,
    class: name,
    part: chosen[i],
    sha256,
  }));
  expectParts(rows, labels);
  return rows;
}

/** Class names in the order of the model's outputs: by code units, the same everywhere. */
export function labelsOf(pictures: readonly { readonly class: string }[]): string[] {
  return [...new Set(pictures.map((picture) => picture.class))].sort();
}

/** Pictures of each class, in the order of the labels. */
export function countByClass(pictures: readonly { readonly class: string }[]): ReadonlyMap<string, number> {
  const counts = new Map(labelsOf(pictures).map((name) => [name, 0]));
  for (const picture of pictures) counts.set(picture.class, (counts.get(picture.class) ?? 0) + 1);
  return counts;
}

/** The stored features of one part, in the order of the rows. All rows have features. */
export async function loadPart(
  rows: readonly PictureRow[],
  part: Part,
  labels: readonly string[],
  store: FeatureStore,
  features: number,
): Promise<LabelledFeatures> {
  const members = rows.filter((row) => row.part === part);
  const matrix = new Float32Array(members.length * features);
  const index = new Map(labels.map((label, i) => [label, i]));
  for (const [i, row] of members.entries()) {
    if (!(await store.read(row.sha256, matrix, i * features))) {
      throw new Error(`no stored features for ${row.file}`); // `ensureFeatures` has seen to it
    }
  }
  return {
    count: members.length,
    rows: matrix,
    labels: Uint32Array.from(members, (row) => index.get(row.class) ?? 0),
  };
}

function expectParts(rows: readonly PictureRow[], labels: readonly string[]): void {
  for (const part of parts) {
    if (!rows.some((row) => row.part === part)) fail({ code: 'part-empty', part, detail: '' });
  }
  const learned = new Set(rows.filter((row) => row.part === 'training').map((row) => row.class));
  const unlearned = labels.find((label) => !learned.has(label));
  if (unlearned !== undefined) fail({ code: 'part-empty', part: 'training', detail: unlearned });
}
