import type { TrainResult } from '../../shared/contract/calls.js';
import { callName } from '../../shared/text/cli-help.js';
import { nextSteps, trainLines } from '../../shared/text/cli-report.js';
import { fail } from '../../shared/contract/failures.js';
import { atMost, word, type Given } from '../arguments.js';
import { eventHandler } from '../events.js';
import { configFrom, configOptions } from '../settings.js';
import type { Terminal } from '../terminal.js';
import type { Session, Verb } from '../verb.js';

export const trainVerb: Verb = {
  options: { out: 'value', split: 'value', resume: 'value', ...configOptions },
  async run(given, session) {
    const { terminal } = session;
    const result = await (given.value('resume') === null ? start(given, session) : resume(given, session));
    terminal.object(finishedObject(result));
    report(terminal, result);
    return 0;
  },
};

async function start(given: Given, session: Session): Promise<TrainResult> {
  const folder = word(given, 'train', 0, 'FOLDER');
  atMost(given, 'train', 1);
  const config = await configFrom(given);
  const params = { folder, run: given.value('out'), splitFile: given.value('split'), config };
  return session.call('run.start', params, eventHandler(session.terminal, {}));
}

/** A run knows its folder and settings: nothing else may be said of it. */
async function resume(given: Given, session: Session): Promise<TrainResult> {
  const clashing = ['out', 'split', ...Object.keys(configOptions)].find((name) => given.flag(name));
  if (clashing !== undefined) fail({ code: 'options-exclude', first: '--resume', second: `--${clashing}` });
  atMost(given, 'train --resume', 0);
  const run = given.value('resume') ?? '';
  return session.call('run.resume', { run }, eventHandler(session.terminal, {}));
}

function finishedObject({ run, report }: TrainResult): object {
  const { strategy, network, test, validation, epochs, bestEpoch, stoppedEarly } = report;
  return {
    event: 'finished',
    run,
    strategy,
    network,
    test: { accuracy: test.accuracy, count: test.count, interval: test.interval, macroF1: test.macroF1 },
    validation,
    epochs,
    bestEpoch,
    stoppedEarly,
    seconds: report.seconds,
    readingSeconds: report.readingSeconds,
    computed: report.computed,
    runtime: report.runtime,
    peakMemoryBytes: report.peakMemoryBytes,
  };
}

function report(terminal: Terminal, result: TrainResult): void {
  const [first, ...rest] = trainLines(result);
  terminal.line(terminal.bold(first));
  for (const line of rest) terminal.line(line);
  terminal.line(terminal.dim(nextSteps(result.run, callName)));
}
