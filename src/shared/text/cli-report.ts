import type {
  EvaluateResult,
  ImportResult,
  NetworkInfo,
  Proof,
  RuntimeInfo,
  TrainResult,
} from '../contract/calls.js';
import type { EpochEvent, Stage } from '../contract/events.js';
import type { Report } from '../contract/report.js';
import { bytes, counted, duration, grouped, percent, quoted, scientific } from './numbers.js';

/** Labels of the progress bars. */
export const stageNames: { readonly [Name in Stage]: string } = {
  reading: 'Reading pictures',
  training: 'Training epochs',
  evaluating: 'Testing',
  verifying: 'Proving',
};

export function epochLine({ epoch, training, validation, best, seconds }: EpochEvent): string {
  const mark = best ? ' *' : '';
  return `epoch ${String(epoch).padStart(4)}  training ${training.loss.toFixed(4)} ${percent(training.accuracy)}  validation ${validation.loss.toFixed(4)} ${percent(validation.accuracy)}  ${duration(seconds)}${mark}`;
}

export function importLines(result: ImportResult): string[] {
  const { used, notes, leftOut, junk, project } = result;
  return [
    `${counted(used, 'picture')} used (${grouped(notes)} with a note), ${counted(leftOut, 'file')} left out, ${counted(junk, 'system file')} ignored.`,
    `Kept in ${project}`,
  ];
}

export function moreFiles(count: number): string {
  return `... and ${counted(count, 'more file')}: --files names all`;
}

export function trainLines({ report, run, labels }: TrainResult): string[] {
  const { test, epochs, bestEpoch, stoppedEarly, seconds, computed } = report;
  const stop = stoppedEarly ? 'stopped early' : 'all epochs';
  return [
    accuracyLine(test),
    `${counted(labels.length, 'class', 'classes')}, ${counted(epochs, 'epoch')} (${stop}, best ${bestEpoch}), ${duration(seconds)}, ${counted(computed, 'picture')} computed anew.`,
    `Run: ${run}`,
  ];
}

/** A figure never stands alone: value, likely range, count. */
export function accuracyLine(test: Report['test'], learnedFrom = 0): string {
  const right = Math.round(test.accuracy * test.count);
  const which = learnedFrom === 0 ? 'unseen pictures' : 'these pictures';
  const warning =
    learnedFrom === 0
      ? ''
      : ` The run had learned from or chosen by ${grouped(learnedFrom)} of them: the figure flatters it.`;
  return `Right on ${percent(test.accuracy)} of ${which} (${right} of ${test.count}; likely ${percent(test.interval[0])} to ${percent(test.interval[1])}), macro F1 ${test.macroF1.toFixed(3)}.${warning}`;
}

export function nextSteps(run: string, call: string): string {
  return `Next: ${call} export ${quoted(run)}   or   ${call} predict ${quoted(run)} PICTURES`;
}

export function classRows({ metrics }: Pick<EvaluateResult, 'metrics'>): string[][] {
  const share = (value: number | null): string => (value === null ? '-' : percent(value));
  return [
    ['class', 'pictures', 'precision', 'recall', 'F1'],
    ...metrics.classes.map((each) => [
      each.name,
      grouped(each.count),
      share(each.precision),
      share(each.recall),
      each.f1.toFixed(3),
    ]),
  ];
}

export function leftOutLine(count: number): string {
  return `${counted(count, 'file')} left out: "import" names them with their reasons.`;
}

export function proofLine(proof: Proof): string {
  if (!proof.verified) return `  ${proof.runtime}: ${notRunText(proof.notRun)}`;
  return `  ${proof.runtime}: ${counted(proof.pictures, 'picture')}, same answer in ${percent(proof.agreement ?? 0)}, largest difference ${scientific(proof.maxDifference ?? 0)}`;
}

const notRunReasons: ReadonlyMap<string, string> = new Map([
  ['python-missing', 'no Python with onnxruntime, numpy and Pillow'],
  ['python-off', 'HEADSTART_PYTHON is "none"'],
  [
    'python-named',
    'the Python that HEADSTART_PYTHON names does not start, or lacks onnxruntime, numpy or Pillow',
  ],
]);

/** Why a proof was not made on this machine. */
export function notRunText(reason: string | null): string {
  return `not run here: ${notRunReasons.get(reason ?? '') ?? reason ?? ''}`;
}

export function exportLine(path: string, size: number): string {
  return `${path}  (${bytes(size)}), proven on the test part:`;
}

export function predictedLine(pictures: number, failed: number): string {
  const left = failed === 0 ? '' : `, ${counted(failed, 'file')} could not be read`;
  return `${counted(pictures, 'picture')}${left}.`;
}

export function networkRows(networks: readonly NetworkInfo[]): string[][] {
  return [
    ['id', 'for', 'input', 'parameters', 'multiply-adds', 'file', 'licence'],
    ...networks.map((each) => [
      each.id,
      each.label,
      `${each.size} px`,
      `${(each.parameters / 1e6).toFixed(2)} M`,
      `${Math.round(each.multiplyAdds / 1e6)} M`,
      bytes(each.bytes),
      each.licence,
    ]),
  ];
}

export function runtimeRows(runtimes: readonly RuntimeInfo[]): string[][] {
  return [
    ['runtime', 'state', 'threads', 'difference', 'pictures/s', ''],
    ...runtimes.map((each) => [
      each.name,
      each.state,
      each.threads === null ? '-' : String(each.threads),
      each.largestDifference === null ? '-' : scientific(each.largestDifference),
      each.picturesPerSecond === null ? '-' : each.picturesPerSecond.toFixed(1),
      each.reason ?? (each.state === 'refused' ? 'fails the self-test' : ''),
    ]),
  ];
}

export function bugText(detail: string): string {
  return `A fault of Headstart itself: ${detail}\nPlease report it. Your pictures and earlier runs are as they were.`;
}

export const secondInterrupt = 'Ending at once.';
export const firstInterrupt = 'Ending after the present step; Ctrl-C again ends at once.';
