/** `npm test`: the suites one after another. Arguments: names of suites, `--long`, `--only PATTERN`. */
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { listFiles } from './compile.mjs';
import { isStartedScript, root, setUp, SetUpError } from './set-up.mjs';
import { runTestFiles, stopTestFiles } from './test-files.mjs';

const lintChecks = [
  { name: 'eslint', args: ['node_modules/eslint/bin/eslint.js', '.'] },
  { name: 'prettier', args: ['node_modules/prettier/bin/prettier.cjs', '--check', '.'] },
];

/** In the order of running; `seconds` is the limit for one file. */
const suites = {
  types: { run: () => [{ file: 'tsc', results: [{ name: 'build', outcome: 'passed' }] }] },
  lint: { run: runLint },
  unit: { seconds: 120 },
  rules: { seconds: 180 },
  engine: { seconds: 600 },
  cli: { seconds: 600 },
  long: { seconds: 3600, onlyWhenAsked: true },
};

const total = { passed: 0, failed: 0, skipped: 0 };

/** Which suites to run with what; a string is what is wrong with the arguments. */
export function readArguments(args) {
  let parsed;
  try {
    const options = { long: { type: 'boolean' }, only: { type: 'string' } };
    parsed = parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    return error.message;
  }
  const { values, positionals } = parsed;
  const unknown = positionals.find((name) => !(name in suites));
  if (unknown !== undefined)
    return `There is no suite ${unknown}; there are ${Object.keys(suites).join(', ')}.`;
  const chosen = Object.keys(suites).filter((name) => isChosen(name, positionals, values));
  return { chosen, only: values.only };
}

function isChosen(name, named, { long, only }) {
  const { onlyWhenAsked, run } = suites[name];
  if (onlyWhenAsked && long) return true;
  if (named.length > 0) return named.includes(name);
  // A pattern chooses among test files; build and linter have none.
  return !onlyWhenAsked && (only === undefined || run === undefined);
}

async function main() {
  const request = readArguments(process.argv.slice(2));
  if (typeof request === 'string') {
    process.stderr.write(`${request}\n`);
    return 2;
  }
  if (await prepare(request.chosen)) {
    for (const { name, files } of plan(request)) await runSuite(name, files, request);
  }
  if (total.passed + total.failed + total.skipped === 0) {
    process.stderr.write('No test ran: nothing matches what was asked for.\n');
    total.failed += 1;
  }
  process.stdout.write(`${summary(total)}\n`);
  return total.failed > 0 ? 1 : 0;
}

/** Without packages and a build there is nothing to test: that is one failure, and the end. */
async function prepare(chosen) {
  try {
    await setUp();
    return true;
  } catch (error) {
    if (!(error instanceof SetUpError)) throw error;
    const suite = chosen.includes('types') ? 'types' : 'set-up';
    report({ file: error.step, results: [{ name: 'set-up', outcome: 'failed', message: error.message }] });
    process.stdout.write(`${suite}: ${summary(total)}\n`);
    process.stdout.write('No other suite was run, as there is nothing to run it on.\n');
    return false;
  }
}

/** The chosen suites with their files. A pattern that fits no file's path is one for names of tests. */
function plan({ chosen, only }) {
  const all = chosen.map((name) => ({ name, files: suites[name].run ? undefined : testFiles(name) }));
  if (only === undefined) return all;
  const fitting = all.map(({ name, files }) => ({
    name,
    files: files?.filter((file) => file.includes(only)),
  }));
  const byPath = fitting.some(({ files }) => files !== undefined && files.length > 0);
  return byPath ? fitting.filter(({ files }) => files === undefined || files.length > 0) : all;
}

function testFiles(suite) {
  return listFiles(root, `dist/test/${suite}`)
    .filter((file) => file.endsWith('.test.js'))
    .sort();
}

async function runSuite(name, files, { only }) {
  const before = { ...total };
  const { run, seconds } = suites[name];
  if (run !== undefined) for (const finished of await run()) report(finished);
  else if (files.length === 0) report(noTests(name));
  else {
    const byName = only !== undefined && !files.some((file) => file.includes(only)) ? only : undefined;
    const options = { cwd: root, concurrency: Math.min(availableParallelism(), 4), seconds, only: byName };
    await runTestFiles(files, options, report);
  }
  const own = Object.fromEntries(Object.keys(total).map((key) => [key, total[key] - before[key]]));
  process.stdout.write(`${name}: ${summary(own)}\n`);
}

function noTests(suite) {
  return {
    file: `test/${suite}`,
    results: [{ name: 'suite', outcome: 'failed', message: `there is no test file in test/${suite}` }],
  };
}

/** Counts what a file did and prints what needs attention: failures with their message, skips with their reason. */
function report({ file, results }) {
  for (const { name, outcome, message, reason } of results) {
    total[outcome] += 1;
    if (outcome === 'failed')
      process.stdout.write(`FAILED ${sourceName(file)}: ${name}\n${indent(message)}\n`);
    if (outcome === 'skipped') process.stdout.write(`skipped ${sourceName(file)}: ${name} (${reason})\n`);
  }
}

function sourceName(file) {
  return file.startsWith('dist/') ? file.slice('dist/'.length).replace(/\.js$/, '.ts') : file;
}

function indent(text) {
  return text.trimEnd().replace(/^/gm, '    ');
}

function summary({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/** Two checks at once: both are one process on one core. */
function runLint() {
  return Promise.all(lintChecks.map(async (check) => ({ file: '.', results: [await runCheck(check)] })));
}

function runCheck({ name, args }) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 300_000,
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text) => (output += text));
    child.stderr.setEncoding('utf8').on('data', (text) => (output += text));
    child.once('error', reject);
    child.once('close', (code, signal) => {
      const failed = { name, outcome: 'failed', message: `${output}${name} ended with ${signal ?? code}` };
      resolve(code === 0 ? { name, outcome: 'passed' } : failed);
    });
  });
}

if (isStartedScript(import.meta.url)) {
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => {
      stopTestFiles();
      process.exit(signal === 'SIGINT' ? 130 : 143);
    });
  }
  process.exitCode = await main();
}
