/**
 * Runs compiled test files, each in a process of its own under Node's test runner, some at a time, each within
 * a time limit, and tells what every test did. A process is started here and not by `run()` of `node:test`,
 * because that one waits for ever (Node 24) for a file that hangs in spite of its `timeout`.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const reporter = pathToFileURL(fileURLToPath(new URL('./test-events.mjs', import.meta.url))).href;
const shownOutput = 4_000;
const running = new Set();

/**
 * @param files paths of scripts
 * @param options `{ cwd, concurrency, seconds, only }`; `only` keeps the tests whose name matches the pattern
 * @param tell called for each finished file, in the order of ending, with `{ file, results }`
 */
export async function runTestFiles(files, options, tell) {
  const waiting = [...files];
  const lane = async () => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      tell({ file, results: await runTestFile(file, options) });
    }
  };
  await Promise.all(Array.from({ length: options.concurrency }, lane));
}

/** Ends every test process and what those started. */
export function stopTestFiles() {
  for (const child of running) kill(child);
}

async function runTestFile(file, options) {
  const folder = mkdtempSync(join(tmpdir(), 'headstart-test-'));
  try {
    const destination = join(folder, 'events.jsonl');
    const ending = await runProcess(testArguments(file, destination, options.only), options);
    return results(readEvents(destination), ending, options.only !== undefined);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function testArguments(file, destination, only) {
  const filter = only === undefined ? [] : [`--test-name-pattern=${only}`];
  return [
    '--enable-source-maps',
    `--test-reporter=${reporter}`,
    `--test-reporter-destination=${destination}`,
    ...filter,
    file,
  ];
}

/** Resolves to `{ code, signal, timedOut, seconds, output }` when the process has ended. */
function runProcess(args, { cwd, seconds }) {
  const env = { ...process.env };
  delete env.NODE_TEST_CONTEXT; // set where this runs within a test; it would turn the reporter off
  return new Promise((resolve, reject) => {
    // A process group of its own: what a test started ends with it.
    const detached = process.platform !== 'win32';
    const child = spawn(process.execPath, args, { cwd, env, detached, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (text) => (output = (output + text).slice(-shownOutput));
    child.stdout.setEncoding('utf8').on('data', keep);
    child.stderr.setEncoding('utf8').on('data', keep);
    let timedOut = false;
    const limit = setTimeout(() => {
      timedOut = true;
      kill(child);
    }, seconds * 1000);
    running.add(child);
    child.once('error', reject);
    // A process that a test left behind would keep the pipes open: it ends with the test's own process.
    child.once('exit', () => kill(child));
    child.once('close', (code, signal) => {
      clearTimeout(limit);
      running.delete(child);
      resolve({ code, signal, timedOut, seconds, output });
    });
  });
}

function kill(child) {
  try {
    if (process.platform === 'win32') child.kill('SIGKILL');
    else process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    if (error.code !== 'ESRCH') throw error; // nobody is left of the group
  }
}

function readEvents(path) {
  let text;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return []; // it crashed before the runner began
  }
  // A killed process may leave a last line without its end.
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  return whole.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
}

/**
 * What the tests of one file did: a list of `{ name, outcome, message?, reason? }`, names with those of their
 * groups. A group (`describe`) is no test and does not count, unless it failed itself (a hook) or was skipped
 * whole. A process that did not end well is one more failure.
 */
export function results(events, ending, filtered = false) {
  const names = [];
  const found = [];
  for (const event of events) {
    if (event.kind !== 'start' && event.kind !== 'end') continue;
    names.length = event.nesting;
    names[event.nesting] = event.name;
    if (event.kind === 'end' && counts(event, filtered)) found.push({ ...event, name: names.join(' > ') });
  }
  const problem = problemOf(events, ending, found, filtered);
  return problem === undefined ? found : [...found, problem];
}

function counts(event, filtered) {
  // Node 20 reports what a name pattern leaves out as skipped.
  if (filtered && event.reason?.startsWith('test name does not match')) return false;
  if (event.failure === 'subtestsFailed') return false; // the tests inside have been counted
  return !event.suite || event.outcome !== 'passed';
}

function problemOf(events, ending, found, filtered) {
  const output = ending.output.trim();
  const failure = (message) => ({
    name: 'the file',
    outcome: 'failed',
    message: output === '' ? message : `${message}; its last output:\n${output}`,
  });
  const last = events.findLast((event) => event.kind === 'begin');
  const where = last === undefined ? '' : `, last in the test "${last.name}"`;
  if (ending.timedOut) return failure(`it was ended after ${ending.seconds} s${where}`);
  if (found.some((result) => result.outcome === 'failed')) return undefined;
  if (ending.code !== 0)
    return failure(`its process ended with ${ending.signal ?? `code ${ending.code}`}${where}`);
  if (last !== undefined && !events.some((event) => event.kind === 'complete')) {
    return failure(`its process ended before its tests did${where}`);
  }
  return found.length === 0 && !filtered ? failure('it holds no test') : undefined;
}
