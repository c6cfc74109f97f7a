#!/usr/bin/env node
import { exitCodes, fail, FailureError, type Failure } from '../shared/contract/failures.js';
import { nearest } from '../shared/nearest.js';
import { generalHelp, helpFor, verbNames, type VerbName } from '../shared/text/cli-help.js';
import { bugText, firstInterrupt, secondInterrupt } from '../shared/text/cli-report.js';
import { failureText } from '../shared/text/failures.js';
import { engineVersion } from '../engine/projects/version.js';
import { createEngine } from '../engine/serve.js';
import { readArguments } from './arguments.js';
import { cacheFolder, projectsFolder, resources } from './places.js';
import { printable, terminal, type Terminal } from './terminal.js';
import type { Session, Verb } from './verb.js';
import { configVerb } from './verbs/config.js';
import { doctorVerb } from './verbs/doctor.js';
import { evaluateVerb } from './verbs/evaluate.js';
import { exportVerb } from './verbs/export.js';
import { importVerb } from './verbs/import.js';
import { networksVerb } from './verbs/networks.js';
import { predictVerb } from './verbs/predict.js';
import { trainVerb } from './verbs/train.js';

const verbs: { readonly [Name in VerbName]: Verb } = {
  import: importVerb,
  train: trainVerb,
  evaluate: evaluateVerb,
  predict: predictVerb,
  export: exportVerb,
  config: configVerb,
  networks: networksVerb,
  doctor: doctorVerb,
};

/** One Ctrl-C can arrive twice, from the terminal and from the program that started us. */
const millisecondsOfOneInterrupt = 500;

const args = process.argv.slice(2);
let lostOutput: NodeJS.ErrnoException | undefined;
process.stdout.on('error', (error: NodeJS.ErrnoException) => (lostOutput ??= error));
const code = await main(args);
await new Promise<void>((resolve) => process.stdout.write('', () => resolve())); // errors come with the last write
process.exitCode = code === 0 ? outputCode() : code;

/** A reader that has gone (`| head`) ends nothing: the work goes on and is kept. A full disk is a failure. */
function outputCode(): number {
  if (lostOutput === undefined || lostOutput.code === 'EPIPE') return 0;
  return tellFailure(terminal(false), { code: 'write-failed', path: 'stdout', problem: lostOutput.message });
}

async function main([verb, ...rest]: readonly string[]): Promise<number> {
  const out = terminal(args.includes('--json'));
  try {
    if (verb === undefined || verb === '--help' || verb === 'help')
      return say(out, generalHelp(engineVersion));
    if (verb === '--version') return say(out, engineVersion);
    if (!isVerb(verb)) fail({ code: 'unknown-verb', verb, nearest: nearest(verb, verbNames) });
    if (rest.includes('--help')) return say(out, helpFor(verb));
    const given = readArguments(verb, verbs[verb].options, rest);
    return await verbs[verb].run(given, session(out, given.value('cache')));
  } catch (error) {
    return tellError(out, error);
  } finally {
    out.clear();
  }
}

function isVerb(word: string): word is VerbName {
  return Object.hasOwn(verbs, word);
}

function say(out: Terminal, text: string): number {
  out.object({ event: 'help', text });
  out.line(text);
  return 0;
}

/** Ctrl-C asks the call to end after its present step; a second one ends the process. */
function session(out: Terminal, cache: string | null): Session {
  const engine = createEngine({ resources, cache: cacheFolder(cache), home: projectsFolder() });
  const controller = new AbortController();
  let first = 0;
  const interrupt = (): void => {
    if (controller.signal.aborted) {
      if (performance.now() - first < millisecondsOfOneInterrupt) return;
      out.remark(secondInterrupt);
      process.exit(exitCodes.cancelled);
    }
    first = performance.now();
    out.remark(firstInterrupt);
    controller.abort();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  return {
    terminal: out,
    call: (name, params, onEvent) =>
      engine.call(name, params, { signal: controller.signal, ...(onEvent === undefined ? {} : { onEvent }) }),
  };
}

function tellError(out: Terminal, error: unknown): number {
  if (error instanceof FailureError) return tellFailure(out, error.failure);
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  out.object({ event: 'failure', code: 'internal', message: bugText(detail), remedy: '' });
  out.remark(bugText(detail));
  return 1;
}

function tellFailure(out: Terminal, failure: Failure): number {
  const { message, remedy } = failureText(failure);
  out.object({ event: 'failure', code: failure.code, message, remedy });
  out.remark(printable(`${message} ${remedy}`));
  return exitCodes[failure.code];
}
