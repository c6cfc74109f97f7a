import type { Part } from '../../shared/contract/parts.js';

/** How a folder names classes and parts: `class/picture` or `split/class/picture`. */
export type Layout = 'class' | 'split-class';

const partNames: ReadonlyMap<string, Part> = new Map([
  ['train', 'training'],
  ['training', 'training'],
  ['val', 'validation'],
  ['valid', 'validation'],
  ['validation', 'validation'],
  ['test', 'test'],
  ['testing', 'test'],
]);

/**
 * Guesses the layout from the files' paths below the folder. `split-class` only where every folder at the top
 * is named like a part, one of them like the training part, and all pictures lie two levels below: a class may
 * be called "test".
 */
export function layoutOf(files: readonly string[]): Layout {
  const parts = files.map((file) => file.split('/'));
  const inFolders = parts.filter((each) => each.length > 1);
  const tops = new Set(inFolders.map((each) => partNamed(each[0])));
  const isSplit = tops.has('training') && !tops.has(undefined) && inFolders.every((each) => each.length > 2);
  return isSplit && tops.size > 1 ? 'split-class' : 'class';
}

/** Class and part of one file; a file that lies too high has no class. */
export function classParts(
  file: string,
  layout: Layout,
): { class: string | undefined; part: Part | undefined } {
  const steps = file.split('/');
  if (layout === 'class') return { class: steps.length > 1 ? steps[0] : undefined, part: undefined };
  if (steps.length < 3) return { class: undefined, part: undefined };
  return { class: steps[1], part: partNamed(steps[0]) };
}

/** The part that a word of a split file means; undefined where it means none. */
export function partNamed(word: string): Part | undefined {
  return partNames.get(word.trim().toLowerCase());
}
