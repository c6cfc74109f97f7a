/** `npm start`: sets up what is missing, then runs Headstart with the arguments given. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { isStartedScript, root, setUpOrExit } from './set-up.mjs';

/** Without a verb there is nothing to do but to say which there are. */
export function programArguments(given) {
  return given.length === 0 ? ['--help'] : given;
}

/** A process ended by a signal has no code: shells call that 128 plus the signal's number (SIGINT: 130). */
export function exitCode(code, signal) {
  return code ?? 128 + (constants.signals[signal] ?? 0);
}

function runProgram(args) {
  const program = join(root, 'dist', 'src', 'cli', 'main.js');
  // npm moves to the program's folder; paths are meant from where the user stands.
  const cwd = process.env.npm_lifecycle_event === 'start' ? process.env.INIT_CWD : undefined;
  const child = spawn(process.execPath, [program, ...args], { stdio: 'inherit', cwd });
  // A terminal sends Ctrl-C to both processes. This one then waits, so that the program can end in order;
  // signals that were sent to this one alone are passed on.
  const forward = (signal) => child.kill(signal);
  process.on('SIGTERM', forward);
  process.on('SIGHUP', forward);
  process.on('SIGINT', () => {
    if (!process.stdin.isTTY) child.kill('SIGINT');
  });
  // npm that is ended by a signal does not pass it on: a program without its starter is asked to end.
  const starter = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === starter) return;
    clearInterval(watch);
    child.kill('SIGTERM');
  }, 1000);
  child.once('close', () => clearInterval(watch));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(exitCode(code, signal)));
  });
}

if (isStartedScript(import.meta.url)) {
  await setUpOrExit();
  process.exitCode = await runProgram(programArguments(process.argv.slice(2)));
}
