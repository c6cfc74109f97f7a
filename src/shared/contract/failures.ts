import type { LeftOutReason, ReasonCounts } from './outcomes.js';

/**
 * Everything that can go wrong in a way that the user can understand and mend. A failure carries its code and
 * facts; the sentences stand in `text/`. Any other error is a bug and rises to the edge of the process.
 */
export type Failure =
  // The call itself.
  | { readonly code: 'unknown-verb'; readonly verb: string; readonly nearest: string }
  | {
      readonly code: 'unknown-option';
      readonly option: string;
      readonly verb: string;
      readonly nearest: string;
    }
  | { readonly code: 'missing-argument'; readonly verb: string; readonly argument: string }
  | { readonly code: 'surplus-argument'; readonly verb: string; readonly argument: string }
  | {
      readonly code: 'bad-option-value';
      readonly option: string;
      readonly value: string;
      readonly expected: string;
    }
  | { readonly code: 'options-exclude'; readonly first: string; readonly second: string }
  | { readonly code: 'unknown-setting'; readonly path: string; readonly nearest: string }
  | {
      readonly code: 'setting-out-of-range';
      readonly path: string;
      readonly value: string;
      readonly expected: string;
      readonly nearest: string;
    }
  | { readonly code: 'unknown-network'; readonly id: string; readonly known: string }
  | { readonly code: 'unknown-format'; readonly format: string; readonly known: string }
  // What it was given.
  | { readonly code: 'path-missing'; readonly path: string }
  | { readonly code: 'not-a-folder'; readonly path: string }
  | { readonly code: 'permission'; readonly path: string }
  | { readonly code: 'folder-empty'; readonly path: string }
  | { readonly code: 'pictures-loose'; readonly path: string; readonly pictures: number }
  | {
      readonly code: 'no-pictures';
      readonly path: string;
      readonly files: number;
      readonly reasons: ReasonCounts;
    }
  | {
      readonly code: 'pictures-vanished';
      readonly path: string;
      readonly count: number;
      readonly example: string;
    }
  | { readonly code: 'one-class'; readonly path: string; readonly name: string }
  | {
      readonly code: 'class-too-small';
      readonly name: string;
      readonly pictures: number;
      readonly needed: number;
    }
  | { readonly code: 'part-empty'; readonly part: string; readonly detail: string }
  | {
      readonly code: 'split-unreadable';
      readonly path: string;
      readonly line: number;
      readonly problem: SplitProblem;
      /** The word or the file that it is about. */
      readonly detail: string;
    }
  | {
      readonly code: 'split-matches-nothing';
      readonly path: string;
      readonly folder: string;
      readonly example: string;
    }
  | { readonly code: 'pictures-in-output'; readonly path: string; readonly folder: string }
  | { readonly code: 'file-invalid'; readonly path: string; readonly problem: string }
  | { readonly code: 'file-newer'; readonly path: string; readonly version: number; readonly known: number }
  | { readonly code: 'file-damaged'; readonly path: string; readonly problem: string }
  | { readonly code: 'network-damaged'; readonly id: string; readonly path: string; readonly problem: string }
  | { readonly code: 'network-missing'; readonly id: string; readonly path: string }
  | { readonly code: 'not-a-run'; readonly path: string }
  | { readonly code: 'run-unfinished'; readonly path: string }
  | { readonly code: 'run-exists'; readonly path: string }
  | { readonly code: 'output-exists'; readonly path: string }
  | { readonly code: 'picture-changed'; readonly path: string }
  | { readonly code: 'picture-refused'; readonly path: string; readonly reason: LeftOutReason }
  | { readonly code: 'class-unknown-to-run'; readonly name: string; readonly known: string }
  // The work.
  | { readonly code: 'disk-full'; readonly path: string }
  | { readonly code: 'write-failed'; readonly path: string; readonly problem: string }
  | { readonly code: 'read-failed'; readonly path: string; readonly problem: string }
  | { readonly code: 'in-use'; readonly path: string; readonly pid: number }
  | { readonly code: 'diverged'; readonly epoch: number; readonly learningRate: number }
  | {
      readonly code: 'export-unproven';
      readonly format: string;
      readonly agreement: number;
      readonly difference: number;
    }
  | { readonly code: 'proof-failed'; readonly format: string; readonly problem: string }
  // What it ran on.
  | { readonly code: 'no-runtime'; readonly reasons: string }
  /** `run`: the run that can go on; null where the call leaves nothing behind. */
  | { readonly code: 'cancelled'; readonly run: string | null };

/** What can be wrong with a split file. */
export type SplitProblem =
  'columns' | 'no-rows' | 'no-file' | 'no-class' | 'twice' | 'unknown-part' | 'not-csv';

export type FailureCode = Failure['code'];
export type FailureOf<Code extends FailureCode> = Extract<Failure, { code: Code }>;

/** The error that carries a failure; the only error a caller of the engine has to expect. */
export class FailureError extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.code);
    this.name = 'FailureError';
    this.failure = failure;
  }
}

/** Ends the present work with a failure. */
export function fail(failure: Failure): never {
  throw new FailureError(failure);
}

/** Exit codes of the command line: 1 the job failed, 2 usage, 3 input, 4 no runtime or hardware, 130 cancelled. */
export const exitCodes: { readonly [Code in FailureCode]: 1 | 2 | 3 | 4 | 130 } = {
  'unknown-verb': 2,
  'unknown-option': 2,
  'missing-argument': 2,
  'surplus-argument': 2,
  'bad-option-value': 2,
  'options-exclude': 2,
  'unknown-setting': 2,
  'setting-out-of-range': 2,
  'unknown-network': 2,
  'unknown-format': 2,
  'path-missing': 3,
  'not-a-folder': 3,
  permission: 3,
  'folder-empty': 3,
  'pictures-loose': 3,
  'no-pictures': 3,
  'pictures-vanished': 3,
  'one-class': 3,
  'class-too-small': 3,
  'part-empty': 3,
  'split-unreadable': 3,
  'split-matches-nothing': 3,
  'pictures-in-output': 2,
  'file-invalid': 3,
  'file-newer': 3,
  'file-damaged': 3,
  'network-damaged': 3,
  'network-missing': 3,
  'not-a-run': 3,
  'run-unfinished': 3,
  'run-exists': 2,
  'output-exists': 2,
  'picture-changed': 3,
  'picture-refused': 3,
  'class-unknown-to-run': 3,
  'disk-full': 1,
  'write-failed': 1,
  'read-failed': 3,
  'in-use': 1,
  diverged: 1,
  'export-unproven': 1,
  'proof-failed': 1,
  'no-runtime': 4,
  cancelled: 130,
};
