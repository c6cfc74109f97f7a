import type { LeftOutReason, NoteCode, OutcomeFacts } from '../../shared/contract/outcomes.js';

/** RGB, 8 bit, row by row: `data.length === width * height * 3`. */
export interface Bitmap {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** A picture that was read: pixels [size, size, 3] by the contract, sides after orientation in pixels. */
export interface ReadPicture {
  readonly kind: 'read';
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly notes: readonly NoteCode[];
}

export interface RefusedPicture {
  readonly kind: 'left-out';
  readonly reason: LeftOutReason;
  readonly facts: OutcomeFacts;
}

export type PictureResult = ReadPicture | RefusedPicture;
