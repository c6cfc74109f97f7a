import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot } from './repository.js';

/** What a call of the command line gave. */
export interface Ended {
  /** null where a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

export interface StartOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** A module that is loaded before the program. */
  readonly preload?: string;
  /** User and group of the child (needs root). */
  readonly uid?: number;
  readonly gid?: number;
}

/** A JSON object of the command line's standard output. */
export type Line = Readonly<Record<string, unknown>>;

/** The command line with a home, a cache and a folder to work in of its own; all of them go when the test ends. */
export interface Cli {
  readonly folder: string;
  readonly home: string;
  readonly cache: string;
  /** A path in the folder. */
  at(...steps: string[]): string;
  /** Starts `headstart ARGS` and does not wait. */
  start(args: readonly string[], options?: StartOptions): Started;
  run(args: readonly string[], options?: StartOptions): Promise<Ended>;
  /** `headstart ARGS --json`, its lines parsed; throws where standard output holds anything else. */
  json(args: readonly string[], options?: StartOptions): Promise<Ended & { readonly lines: readonly Line[] }>;
}

const program = join(repositoryRoot, 'dist', 'src', 'cli', 'main.js');
const secondsAtMost = 300;

/** `where`: the folder's parent, for a test that needs a certain disk or rights. */
export function temporaryCli(t: { after(end: () => void): void }, where = tmpdir()): Cli {
  const folder = mkdtempSync(join(where, 'headstart-cli-'));
  t.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return cliIn(folder);
}

export function cliIn(folder: string): Cli {
  const [home, cache] = [join(folder, 'home'), join(folder, 'cache')];
  const start = (args: readonly string[], options: StartOptions = {}): Started => {
    const { preload, env, ...rest } = options;
    const flags = preload === undefined ? [] : ['--import', preload];
    const child = spawn(process.execPath, [...flags, program, ...args], {
      ...rest,
      env: {
        ...process.env,
        HEADSTART_HOME: home,
        HEADSTART_CACHE: cache,
        HEADSTART_PYTHON: 'none',
        NO_COLOR: '1',
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return { child, ended: endOf(child) };
  };
  const run = (args: readonly string[], options?: StartOptions): Promise<Ended> => start(args, options).ended;
  return {
    folder,
    home,
    cache,
    at: (...steps) => join(folder, ...steps),
    start,
    run,
    json: async (args, options) => {
      const ended = await run([...args, '--json'], options);
      return { ...ended, lines: linesIn(ended.stdout) };
    },
  };
}

/** Every line of the text as a JSON object. Throws where one is none, or where the last one has no end. */
export function linesIn(stdout: string): Line[] {
  if (stdout === '') return [];
  if (!stdout.endsWith('\n')) throw new Error(`the last line has no end: ${stdout.slice(-200)}`);
  return stdout
    .slice(0, -1)
    .split('\n')
    .map((line) => {
      const value: unknown = JSON.parse(line);
      if (typeof value !== 'object' || value === null || Array.isArray(value)) {
        throw new Error(`no object: ${line}`);
      }
      return value as Line; // just proven to be an object
    });
}

/** The lines of one kind. */
export function linesOf(lines: readonly Line[], event: string): readonly Line[] {
  return lines.filter((line) => line['event'] === event);
}

/** The only line of that kind. */
export function lineOf(lines: readonly Line[], event: string): Line {
  const found = linesOf(lines, event);
  if (found.length !== 1) throw new Error(`${found.length} lines of ${event} in ${JSON.stringify(lines)}`);
  return found[0];
}

/** Resolves when the child's standard output has held the text (or has ended). */
export function whenTold(child: ChildProcess, text: string): Promise<void> {
  let told = '';
  return new Promise((resolve) => {
    child.stdout
      ?.once('end', () => resolve())
      .on('data', (more: string) => {
        told += more;
        if (told.includes(text)) resolve();
      });
  });
}

function endOf(child: ChildProcess): Promise<Ended> {
  let [stdout, stderr] = ['', ''];
  const limit = setTimeout(() => child.kill('SIGKILL'), secondsAtMost * 1000).unref();
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(limit);
      resolve({ code, signal, stdout, stderr });
    });
  });
}
