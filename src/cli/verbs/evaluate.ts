import { parts, type Part } from '../../shared/contract/parts.js';
import { fail } from '../../shared/contract/failures.js';
import { accuracyLine, classRows, leftOutLine } from '../../shared/text/cli-report.js';
import { atMost, word, type Given } from '../arguments.js';
import { eventHandler } from '../events.js';
import { printable, table } from '../terminal.js';
import type { Verb } from '../verb.js';

export const evaluateVerb: Verb = {
  options: { on: 'value', split: 'value', part: 'value' },
  async run(given, session) {
    const { terminal } = session;
    const run = word(given, 'evaluate', 0, 'RUN');
    atMost(given, 'evaluate', 1);
    const [folder, splitFile] = [given.value('on'), given.value('split')];
    if (splitFile !== null && folder === null)
      fail({ code: 'missing-argument', verb: 'evaluate --split', argument: '--on FOLDER' });
    const params = { run, folder, splitFile, part: partOf(given) };
    const result = await session.call('run.evaluate', params, eventHandler(terminal, {}));
    const { accuracy, count, interval, macroF1, logLoss, confusion, classes } = result.metrics;
    terminal.object({
      event: 'finished',
      accuracy,
      count,
      interval,
      macroF1,
      logLoss,
      calibration: { before: null, after: null },
      unknown: { threshold: null, rejected: null },
      classes,
      confusion,
      leftOut: result.leftOut,
      learnedFrom: result.learnedFrom,
    });
    const rows = classRows(result).map(([name, ...cells]) => [printable(name), ...cells]);
    for (const line of table(rows, [false, true, true, true, true])) terminal.line(line);
    terminal.line(terminal.bold(accuracyLine(result.metrics, result.learnedFrom)));
    if (result.leftOut > 0) terminal.line(leftOutLine(result.leftOut));
    return 0;
  },
};

/** The part only means something with a split file. */
function partOf(given: Given): Part {
  const text = given.value('part');
  if (text === null) return 'test';
  if (given.value('split') === null)
    fail({ code: 'missing-argument', verb: 'evaluate --part', argument: '--split CSV' });
  return (
    parts.find((part) => part === text) ??
    fail({ code: 'bad-option-value', option: '--part', value: text, expected: parts.join(' | ') })
  );
}
