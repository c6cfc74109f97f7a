import type { EngineEvent } from './events.js';
import type { Outcome } from './outcomes.js';
import type { Part } from './parts.js';
import type { Report } from './report.js';
import type { RunConfig } from './run-config.js';

/**
 * What the engine can be asked to do. The window, the local page, the command line and the tests all speak to
 * it through these calls; each ends with its result or with a `FailureError`.
 */
export interface Calls {
  'project.import': { params: ImportParams; result: ImportResult };
  'run.start': { params: StartParams; result: TrainResult };
  'run.resume': { params: { readonly run: string }; result: TrainResult };
  'run.evaluate': { params: EvaluateParams; result: EvaluateResult };
  'run.predict': { params: PredictParams; result: PredictResult };
  'run.export': { params: ExportParams; result: ExportResult };
  'networks.list': { params: Readonly<Record<never, never>>; result: readonly NetworkInfo[] };
  'runtimes.check': { params: Readonly<Record<never, never>>; result: readonly RuntimeInfo[] };
}

export type CallName = keyof Calls;

/** Asks a call to end; an `AbortSignal` is one. It is looked at between pictures, batches and epochs. */
export interface CancelSignal {
  readonly aborted: boolean;
}

export interface CallOptions {
  readonly signal?: CancelSignal;
  readonly onEvent?: (event: EngineEvent) => void;
}

export interface Engine {
  call<Name extends CallName>(
    name: Name,
    params: Calls[Name]['params'],
    options?: CallOptions,
  ): Promise<Calls[Name]['result']>;
}

export interface ImportParams {
  readonly folder: string;
  /** Where the project is kept; null: beside the other projects of this user. */
  readonly project: string | null;
  readonly splitFile: string | null;
}

export interface ImportResult {
  readonly project: string;
  /** Used pictures by class, in the order of the labels. */
  readonly classes: readonly { readonly name: string; readonly pictures: number }[];
  readonly used: number;
  /** Of the used ones, those with a note. */
  readonly notes: number;
  readonly leftOut: number;
  readonly junk: number;
  /** How often each reason and each note occurred. */
  readonly reasons: Readonly<Record<string, number>>;
  readonly noteCounts: Readonly<Record<string, number>>;
  /** Left-out files, the first hundred. */
  readonly examples: readonly { readonly file: string; readonly outcome: Outcome }[];
}

export interface StartParams {
  /** A folder of pictures, or a project. */
  readonly folder: string;
  /** The run's folder; null: a new one in the project. */
  readonly run: string | null;
  readonly splitFile: string | null;
  readonly config: RunConfig;
}

export interface TrainResult {
  readonly run: string;
  readonly labels: readonly string[];
  readonly report: Report;
}

export interface EvaluateParams {
  readonly run: string;
  /** Another folder of pictures with the run's classes; null: the run's own test part. */
  readonly folder: string | null;
  readonly splitFile: string | null;
  /** The part of the split file that is looked at. */
  readonly part: Part;
}

export interface EvaluateResult {
  readonly metrics: Report['test'];
  readonly labels: readonly string[];
  readonly leftOut: number;
  /** Of the measured pictures, those that the run had learned from or chosen its epoch by. */
  readonly learnedFrom: number;
}

export interface PredictParams {
  readonly run: string;
  /** Files and folders. */
  readonly paths: readonly string[];
  /** How many classes are told for each picture. */
  readonly top: number;
}

export interface PredictResult {
  readonly pictures: number;
  readonly failed: number;
}

export const exportFormats = ['onnx'] as const;
export type ExportFormat = (typeof exportFormats)[number];

export interface ExportParams {
  readonly run: string;
  readonly format: ExportFormat;
  /** The folder to make; null: a new one in the run. */
  readonly folder: string | null;
}

export interface Proof {
  /** Which engine build in another process gave the answers. */
  readonly runtime: string;
  readonly verified: boolean;
  /** Why the proof was not made here; null where it was. */
  readonly notRun: string | null;
  readonly pictures: number;
  /** Share of pictures with the same answer as the app's. */
  readonly agreement: number | null;
  /** Largest difference of any probability. */
  readonly maxDifference: number | null;
}

export interface ExportResult {
  readonly format: ExportFormat;
  /** The model's file. */
  readonly path: string;
  readonly bytes: number;
  readonly proofs: readonly Proof[];
}

export interface NetworkInfo {
  readonly id: string;
  readonly name: string;
  readonly label: string;
  readonly size: number;
  readonly parameters: number;
  readonly multiplyAdds: number;
  readonly licence: string;
  readonly weightsSha256: string;
  readonly bytes: number;
}

export interface RuntimeInfo {
  readonly name: string;
  readonly state: 'ready' | 'refused' | 'missing';
  /** null where it is ready. */
  readonly reason: string | null;
  /** To the self-test's stored answer, over all its outputs, relative to the largest; null where it did not run. */
  readonly largestDifference: number | null;
  /** Pictures of 224 px through EfficientNet-Lite0; null where not measured. */
  readonly picturesPerSecond: number | null;
  readonly threads: number | null;
}
