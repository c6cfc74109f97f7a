import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { z } from 'zod';
import { telemetryOff } from '../runtimes/onnx/load.js';
import type { CancelSignal, Proof } from '../../shared/contract/calls.js';
import { fail, FailureError } from '../../shared/contract/failures.js';

/** A picture of the proof and what the app says of it. */
export interface ExpectedAnswer {
  readonly path: string;
  readonly probabilities: readonly number[];
}

export interface ProofTask {
  /** The folder of the verifiers. */
  readonly verifiers: string;
  readonly model: string;
  readonly preprocessing: string;
  readonly answers: readonly ExpectedAnswer[];
  readonly signal: CancelSignal | undefined;
  readonly onProgress: (done: number, of: number) => void;
}

/**
 * Largest difference of a probability: float32 in another order of additions gives some 1e-6; another crop, resize
 * or scale, or a wrong byte in the file, is a thousand times larger. (That the network itself is the right one is
 * shown elsewhere: by its hash and by reference answers.)
 */
export const proofTolerance = 1e-4;

/**
 * The same for pictures whose colours were converted, in Python alone: libvips and Pillow round differently there
 * (measured: up to 2.3e-3 on 568 pictures).
 */
const convertedTolerance = 2e-2;

/** What a verifier prints: one JSON line. */
const answerSchema = z.object({
  runtime: z.string(),
  pictures: z.int(),
  agreement: z.number().nullable(),
  largestDifference: z.number().nullable(),
  worst: z.string().nullable(),
  failures: z.array(z.object({ path: z.string(), reason: z.string() })),
  sumError: z.number().nullable(),
  /** Pictures whose colours were converted (profiles, CMYK, 16 bit), where the two decoders round differently. */
  converted: z
    .object({ pictures: z.int(), agreement: z.number().nullable(), largestDifference: z.number().nullable() })
    .optional(),
});
type Answer = z.infer<typeof answerSchema>;

/**
 * Runs the model on the raw picture files with WebAssembly in another process, through a verifier that shares
 * no code with the engine. Throws `export-unproven` where its answers differ from the app's, `proof-failed`
 * where it could not run.
 */
export async function proveWithWasm(task: ProofTask): Promise<Proof> {
  const script = join(task.verifiers, 'verify-onnx.mjs');
  const { code, stdout, stderr } = await run(process.execPath, [script, ...wordsOf(task)], task);
  if (code !== 0) return fail({ code: 'proof-failed', format: 'onnx', problem: stderr.trim() });
  return judged(parseAnswer(stdout), task);
}

/**
 * The same with Python's onnxruntime and Pillow, where they are installed; else a proof that was not run.
 * `HEADSTART_PYTHON` names the Python to take; with `none` none is tried.
 */
export async function proveWithPython(task: ProofTask): Promise<Proof> {
  const script = join(task.verifiers, 'verify_onnx.py');
  const named = process.env['HEADSTART_PYTHON'] ?? '';
  if (named === 'none') return notRun('python-off');
  for (const python of named === '' ? ['python3', 'python'] : [named]) {
    const { code, stdout, stderr } = await run(python, [script, ...wordsOf(task)], task);
    if (code === 0) return judged(parseAnswer(stdout), task);
    if (code === 1) return notRun(stderr.trim()); // an old Pillow, say: no verdict on the file
  }
  return notRun(named === '' ? 'python-missing' : 'python-named');
}

function notRun(reason: string): Proof {
  const runtime = 'onnxruntime (Python)';
  return { runtime, verified: false, notRun: reason, pictures: 0, agreement: null, maxDifference: null };
}

function wordsOf({ model, preprocessing }: ProofTask): string[] {
  return ['--progress', model, preprocessing, '-'];
}

/**
 * A proof only where every picture was compared and lies within the tolerance; plain pictures must all agree.
 * (Among converted ones a near-tie may turn over within their own tolerance; the share told counts it.)
 */
function judged(answer: Answer, task: ProofTask): Proof {
  const converted = answer.converted ?? { pictures: 0, agreement: null, largestDifference: null };
  const pictures = answer.pictures + converted.pictures;
  if (answer.failures.length > 0 || pictures !== task.answers.length || pictures === 0) {
    const [first] = answer.failures;
    const problem = first === undefined ? '' : `${first.path}: ${first.reason}`;
    return fail({ code: 'proof-failed', format: 'onnx', problem });
  }
  const [plainDifference, otherDifference] = [
    answer.largestDifference ?? 0,
    converted.largestDifference ?? 0,
  ];
  const agreed = (answer.agreement ?? 0) * answer.pictures + (converted.agreement ?? 0) * converted.pictures;
  const agreement = agreed / pictures;
  const maxDifference = Math.max(plainDifference, otherDifference);
  const isClose = plainDifference <= proofTolerance && otherDifference <= convertedTolerance;
  if (!isClose || (answer.agreement ?? 1) < 1) {
    return fail({ code: 'export-unproven', format: 'onnx', agreement, difference: maxDifference });
  }
  return { runtime: answer.runtime, verified: true, notRun: null, pictures, agreement, maxDifference };
}

function parseAnswer(stdout: string): Answer {
  const parsed = answerSchema.safeParse(jsonOf(stdout));
  return parsed.success
    ? parsed.data
    : fail({ code: 'proof-failed', format: 'onnx', problem: parsed.error.issues[0].message });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined; // the schema refuses it
  }
}

/** Milliseconds without a word after which a verifier is taken for hung; it tells its progress every few pictures. */
const silenceLimit = 180_000;

interface Ended {
  /** null where the program does not exist or was ended by a signal. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a verifier, hands it the answers and follows its progress. It ends with the call when cancelled. */
function run(program: string, words: readonly string[], task: ProofTask): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, ...telemetryOff };
    const child = spawn(program, words, { stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true, env });
    let [stdout, stderr] = ['', ''];
    let heard = performance.now();
    const watch = setInterval(() => {
      const isSilent = performance.now() - heard > silenceLimit;
      if (task.signal?.aborted === true || isSilent) child.kill('SIGKILL');
    }, 100);
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    const readLine = lineReader((line) => {
      heard = performance.now();
      const progress = progressOf(line);
      if (progress === undefined) stderr += `${line}\n`;
      else task.onProgress(progress.done, progress.of);
    });
    child.stderr.setEncoding('utf8').on('data', readLine);
    child.on('error', () => undefined); // `close` follows, with code null or negative
    child.stdin.on('error', () => undefined); // a verifier that ends early closes its input; its code tells why
    child.on('close', (code) => {
      clearInterval(watch);
      if (task.signal?.aborted === true) reject(new FailureError({ code: 'cancelled', run: null }));
      else resolve({ code, stdout, stderr });
    });
    child.stdin.end(task.answers.map((answer) => `${JSON.stringify(answer)}\n`).join(''));
  });
}

function lineReader(onLine: (line: string) => void): (text: string) => void {
  let rest = '';
  return (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    lines.forEach(onLine);
  };
}

const progressSchema = z.object({ done: z.int(), of: z.int() });

function progressOf(line: string): z.infer<typeof progressSchema> | undefined {
  return line.startsWith('{') ? progressSchema.safeParse(jsonOf(line)).data : undefined;
}
