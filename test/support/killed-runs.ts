import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Random } from '../../src/shared/random.js';
import { lineOf, type Cli } from './cli.js';
import { drawSet } from './drawn-pictures.js';
import { resultOf } from './run-files.js';

/** Long enough that a share of the kills falls into each of reading, training and finishing. */
const settings = [
  ...['--set', 'inputSize=64', '--set', 'epochs=1200', '--set', 'earlyStopping.enabled=false'],
  ...['--set', 'batchSize=8'],
];

export interface Undisturbed {
  readonly pictures: string;
  readonly result: ReturnType<typeof resultOf>;
  /** From the start of the process to its end. */
  readonly milliseconds: number;
}

/** Draws the pictures and trains on them without being disturbed. */
export async function undisturbedRun(cli: Cli): Promise<Undisturbed> {
  const pictures = await drawSet(cli.at('pictures'), { noise: 0.6, each: 16 });
  const started = performance.now();
  const { code } = await train(cli, pictures, 'undisturbed').ended;
  assert.equal(code, 0);
  return { pictures, result: resultOf(cli.at('undisturbed')), milliseconds: performance.now() - started };
}

/** The seeded moments of `count` kills: one at random in each of so many equal stretches of the run. */
export function killTimes({ milliseconds }: Undisturbed, count: number, seed: number): readonly number[] {
  const random = Random.stream(seed, 'kill');
  return Array.from({ length: count }, (_, i) => ((i + random.uniform()) / count) * milliseconds);
}

/**
 * Trains with an empty cache, ends the process by SIGKILL after so many milliseconds, and again so often while it
 * resumes; then lets it finish. Returns how far the first kill found it.
 */
export async function killAndResume(
  cli: Cli,
  pictures: string,
  name: string,
  kills: readonly number[],
): Promise<string> {
  const run = cli.at(name);
  const [first, ...others] = kills;
  await killed(train(cli, pictures, name), first);
  const reached = stageOf(run);
  for (const after of others) {
    if (existsSync(join(run, 'run.json'))) await killed(resume(cli, name), after);
  }
  if (existsSync(join(run, 'run.json'))) {
    const { code, stderr } = await resume(cli, name).ended;
    assert.equal(code, 0, stderr);
    return reached;
  }
  const refused = await cli.json(['train', '--resume', run]);
  assert.equal(refused.code, 3);
  assert.match(String(lineOf(refused.lines, 'failure')['code']), /^(not-a-run|path-missing)$/);
  const again = await train(cli, pictures, name, `${name} again`).ended;
  assert.equal(again.code, 0, again.stderr);
  return reached;
}

/** Where the run lies that `killAndResume` finished. */
export function finishedRun(cli: Cli, name: string): string {
  return existsSync(cli.at(name, 'run.json')) ? cli.at(name) : cli.at(`${name} again`);
}

function train(cli: Cli, pictures: string, name: string, out = name): ReturnType<Cli['start']> {
  return cli.start([
    'train',
    pictures,
    '--out',
    cli.at(out),
    '--cache',
    cli.at(`cache ${name}`),
    ...settings,
  ]);
}

function resume(cli: Cli, name: string): ReturnType<Cli['start']> {
  return cli.start(['train', '--resume', cli.at(name), '--cache', cli.at(`cache ${name}`)]);
}

async function killed({ child, ended }: ReturnType<Cli['start']>, after: number): Promise<void> {
  await Promise.race([wait(after), ended]);
  child.kill('SIGKILL');
  await ended;
}

function stageOf(run: string): string {
  const stages = ['report.json', 'head.safetensors', 'checkpoint.safetensors', 'data.json', 'run.json'];
  return stages.find((file) => existsSync(join(run, file))) ?? 'nothing';
}
