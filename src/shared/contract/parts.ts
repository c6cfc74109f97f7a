/** The parts of a split. training: learns. validation: chooses. test: is looked at once, at the end. */
export const parts = ['training', 'validation', 'test'] as const;
export type Part = (typeof parts)[number];

/** A picture of a run: where it lies, what it shows, which part it is in, what is in it. */
export interface PictureRow {
  /** Below the pictures' folder, `/` between the parts. */
  readonly file: string;
  readonly class: string;
  readonly part: Part;
  /** Of the file's bytes, 64 hexadecimal digits. */
  readonly sha256: string;
}
