import {
  exportFormats,
  type ExportFormat,
  type ExportResult,
  type Proof,
} from '../../shared/contract/calls.js';
import { fail } from '../../shared/contract/failures.js';
import { exportLine, notRunText, proofLine } from '../../shared/text/cli-report.js';
import { atMost, word, type Given } from '../arguments.js';
import { eventHandler } from '../events.js';
import type { Terminal } from '../terminal.js';
import type { Verb } from '../verb.js';

export const exportVerb: Verb = {
  options: { format: 'value', out: 'value', verify: 'flag', strict: 'flag' },
  async run(given, session) {
    const { terminal } = session;
    if (given.value('format') === 'list') return listFormats(terminal);
    const run = word(given, 'export', 0, 'RUN');
    atMost(given, 'export', 1);
    let complete = true;
    for (const format of formatsOf(given)) {
      const params = { run, format, folder: given.value('out') };
      const result = await session.call('run.export', params, eventHandler(terminal, {}));
      tell(terminal, result);
      complete &&= result.proofs.every((proof) => proof.verified);
    }
    return complete || !given.flag('strict') ? 0 : 1;
  },
};

/** The first proof is always made; without it there is no export. */
function proofObject({ verified, runtime, pictures, agreement, maxDifference, notRun }: Proof): object {
  return verified
    ? { verified, runtime, pictures, agreement, maxDifference }
    : { verified, runtime, reason: notRunText(notRun) };
}

function listFormats(terminal: Terminal): number {
  terminal.object({ event: 'formats', formats: exportFormats });
  for (const format of exportFormats) terminal.line(format);
  return 0;
}

function formatsOf(given: Given): readonly ExportFormat[] {
  const text = given.value('format') ?? 'all';
  if (text === 'all') return exportFormats;
  return [...new Set(text.split(','))].map(
    (name) =>
      exportFormats.find((format) => format === name.trim()) ??
      fail({ code: 'unknown-format', format: name.trim(), known: exportFormats.join(', ') }),
  );
}

function tell(terminal: Terminal, { format, path, bytes, proofs }: ExportResult): void {
  const told = proofs.map(proofObject);
  terminal.object({ event: 'export', format, path, bytes, ...told[0], proofs: told });
  terminal.line(exportLine(path, bytes));
  for (const proof of proofs) terminal.line(proofLine(proof));
}
