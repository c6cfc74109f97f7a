import type { Preprocessing } from '../../shared/contract/preprocessing.js';
import type { Report } from '../../shared/contract/report.js';
import { metricsOf } from '../evaluation/metrics.js';
import { probabilitiesOf } from '../evaluation/probabilities.js';
import { writeJson } from '../files/disk.js';
import { loadPart } from '../training/dataset.js';
import type { Context } from './context.js';
import type { RunData, RunFile } from './formats.js';
import type { Frozen } from './frozen.js';
import { runFiles, weightsHash, writeHead, writeReport } from './run-folder.js';
import type { TrainedHead } from './train-head.js';

export interface FinishOptions {
  readonly run: string;
  readonly file: RunFile;
  readonly frozen: Frozen;
  readonly data: RunData;
  readonly trained: TrainedHead;
  /** `performance.now()` at the start. */
  readonly started: number;
  readonly readingSeconds: number;
}

/** Looks at the test part, once, and writes what a finished run consists of; the report comes last. */
export async function finishRun(context: Context, options: FinishOptions): Promise<Report> {
  const { run, file, frozen, data, trained, started, readingSeconds } = options;
  const test = await loadPart(data.pictures, 'test', data.labels, frozen.store, frozen.card.features);
  context.emit({ event: 'progress', stage: 'evaluating', done: 0, of: test.count });
  const metrics = metricsOf(test.labels, probabilitiesOf(trained.head, test.rows, test.count), data.labels);
  context.emit({ event: 'progress', stage: 'evaluating', done: test.count, of: test.count });
  const headSha256 = await writeHead(runFiles(run).head, trained.head);
  await writeJson(runFiles(run).preprocessing, preprocessingOf(frozen, data.labels, headSha256));
  const report: Report = {
    format: 'headstart-report',
    version: 1,
    strategy: file.config.strategy,
    network: file.network.id,
    test: metrics,
    validation: trained.validation,
    epochs: trained.epochs,
    bestEpoch: trained.bestEpoch,
    stoppedEarly: trained.stoppedEarly,
    seconds: (performance.now() - started) / 1000,
    runtime: file.runtime.name,
    peakMemoryBytes: process.resourceUsage().maxRSS * 1024, // given in KiB on every system
    computed: frozen.extraction.computed,
    readingSeconds,
  };
  await writeReport(run, report);
  return report;
}

function preprocessingOf(frozen: Frozen, labels: readonly string[], headSha256: string): Preprocessing {
  const { card, rule } = frozen;
  return {
    format: 'headstart-preprocessing',
    version: 1,
    ...rule,
    channels: 'RGB',
    layout: 'NHWC',
    range: [0, 255],
    scale: card.input.scale,
    offset: card.input.offset,
    labels,
    weights: weightsHash(card.weightsSha256, headSha256),
  };
}
