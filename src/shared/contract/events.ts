import type { LeftOutReason, Outcome, OutcomeFacts, ReasonCounts } from './outcomes.js';

/** What the engine tells while it works. `seq` counts a run's events from 1; a resumed run goes on counting. */
export type EngineEvent = FileEvent | ProgressEvent | EpochEvent | PredictionEvent | NoteEvent;

export interface FileEvent {
  readonly event: 'file';
  readonly path: string;
  readonly outcome: Outcome;
}

export const stages = ['reading', 'training', 'evaluating', 'verifying'] as const;
export type Stage = (typeof stages)[number];

export interface ProgressEvent {
  readonly event: 'progress';
  readonly stage: Stage;
  readonly done: number;
  readonly of: number;
}

export interface Figures {
  readonly loss: number;
  readonly accuracy: number;
}

export interface EpochEvent {
  readonly event: 'epoch';
  readonly run: string;
  readonly epoch: number;
  readonly training: Figures;
  readonly validation: Figures;
  readonly learningRate: number;
  /** Since the training of this run's head began, without pauses. */
  readonly seconds: number;
  /** Whether this epoch has the lowest validation loss so far. */
  readonly best: boolean;
}

/** What a run says of one picture; pictures come in the order given. */
export interface PredictionEvent {
  readonly event: 'prediction';
  readonly prediction: Prediction;
}

export type Prediction =
  | {
      readonly kind: 'answered';
      readonly path: string;
      readonly label: string;
      readonly probability: number;
      readonly top: readonly (readonly [string, number])[];
    }
  | {
      readonly kind: 'failed';
      readonly path: string;
      readonly reason: LeftOutReason;
      readonly facts: OutcomeFacts;
    };

/** Something that the user should hear of and that ends nothing. */
export interface NoteEvent {
  readonly event: 'note';
  readonly note: Note;
}

export type Note =
  | { readonly code: 'log-repaired'; readonly path: string; readonly bytes: number }
  | { readonly code: 'folders-closed'; readonly folders: readonly string[] }
  | { readonly code: 'rows-without-file'; readonly count: number; readonly example: string }
  | { readonly code: 'files-without-row'; readonly count: number; readonly example: string }
  | { readonly code: 'class-without-pictures'; readonly name: string }
  | { readonly code: 'files-left-out'; readonly count: number; readonly reasons: ReasonCounts }
  | { readonly code: 'classes-named-like-parts'; readonly names: readonly string[] }
  | { readonly code: 'run-began'; readonly run: string }
  | { readonly code: 'class-unlike-folder'; readonly count: number; readonly example: string }
  | { readonly code: 'resumed'; readonly epoch: number }
  | { readonly code: 'checkpoint-damaged'; readonly path: string }
  | { readonly code: 'already-finished'; readonly run: string }
  | { readonly code: 'validation-small'; readonly pictures: number }
  | { readonly code: 'runtime-refused'; readonly runtime: string; readonly reason: string };
