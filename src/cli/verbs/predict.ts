import type { Prediction } from '../../shared/contract/events.js';
import { fail } from '../../shared/contract/failures.js';
import { resolve } from 'node:path';
import { exists } from '../../engine/projects/project-folder.js';
import { expectOutside } from '../../engine/projects/source.js';
import { predictionsCsv, type CsvRow } from '../../engine/exports/predictions-csv.js';
import { writeNew } from '../../engine/files/disk.js';
import { predictedLine } from '../../shared/text/cli-report.js';
import { percent } from '../../shared/text/numbers.js';
import { reasonParts, reasonText } from '../../shared/text/outcomes.js';
import { wholeNumber, word } from '../arguments.js';
import { printable, type Terminal } from '../terminal.js';
import type { Verb } from '../verb.js';

const jsonTop = 5;

export const predictVerb: Verb = {
  options: { csv: 'value', top: 'value' },
  async run(given, session) {
    const { terminal } = session;
    const run = word(given, 'predict', 0, 'RUN');
    word(given, 'predict', 1, 'PATH');
    const csv = given.value('csv');
    if (csv !== null) await expectWritable(csv, given.words.slice(1));
    const rows: CsvRow[] = [];
    const params = {
      run,
      paths: given.words.slice(1),
      top: wholeNumber(given, 'top', 1, 1000) ?? (terminal.json ? jsonTop : 1),
    };
    const result = await session.call('run.predict', params, (event) => {
      if (event.event !== 'prediction') return;
      tell(terminal, event.prediction);
      if (csv !== null) rows.push(rowOf(event.prediction));
    });
    if (result.pictures + result.failed === 0) fail({ code: 'folder-empty', path: params.paths.join(', ') });
    if (csv !== null) await writeNew(csv, predictionsCsv(rows));
    terminal.line(predictedLine(result.pictures, result.failed));
    return result.failed > 0 ? 3 : 0;
  },
};

/** Told before the work and not after it: a table is new, and lies outside the folders that are looked at. */
async function expectWritable(csv: string, paths: readonly string[]): Promise<void> {
  if (await exists(csv)) fail({ code: 'output-exists', path: csv });
  for (const path of paths) {
    if (path !== csv) await expectOutside(resolve(csv), resolve(path));
  }
}

function tell(terminal: Terminal, prediction: Prediction): void {
  if (prediction.kind === 'failed') {
    const { path, reason, facts } = prediction;
    terminal.object({ event: 'failure', code: reason, path, ...reasonParts(reason, facts) });
    if (!terminal.json) terminal.remark(`${printable(path)}: ${reasonText(reason, facts)}`);
    return;
  }
  const { path, label, probability, top } = prediction;
  terminal.object({ event: 'prediction', path, label, probability, top, known: null });
  const named = top.map(([name, share]) => `${printable(name)} ${percent(share)}`).join(', ');
  terminal.line(`${printable(path)}: ${named}`);
}

function rowOf(prediction: Prediction): CsvRow {
  return prediction.kind === 'failed'
    ? {
        path: prediction.path,
        label: '',
        probability: null,
        problem: reasonText(prediction.reason, prediction.facts),
      }
    : { path: prediction.path, label: prediction.label, probability: prediction.probability, problem: '' };
}
