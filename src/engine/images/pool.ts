import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { assertNever } from '../../shared/assert-never.js';
import { decodeSeconds, type LeftOutReason, type OutcomeFacts } from '../../shared/contract/outcomes.js';
import type { PixelRule } from '../../shared/contract/preprocessing.js';
import { setUpDecoder } from './decoder.js';
import { asError, PictureJob } from './picture-job.js';
import type { PictureResult } from './picture.js';
import type { WorkerMessage } from './worker.js';

export interface PicturePoolOptions {
  /** How many pictures at once; default: one per core. */
  readonly workers?: number;
  /** The longest that one picture may take. */
  readonly seconds?: number;
  /** The worker's file, for tests. It speaks `PictureTask` and `WorkerMessage`. */
  readonly workerFile?: URL;
}

/**
 * Reads pictures on worker threads, one at a time each, the rest waiting in order. A worker that exceeds the
 * time limit or dies is replaced, and only its picture is lost. Workers are started when first needed and
 * keep the process alive only while they read.
 */
export class PicturePool {
  readonly #options: Required<PicturePoolOptions>;
  readonly #queue: PictureJob[] = [];
  readonly #slots = new Set<Slot>();
  #closed = false;

  constructor(options: PicturePoolOptions = {}) {
    setUpDecoder();
    this.#options = {
      workers: Math.max(1, options.workers ?? availableParallelism()),
      seconds: options.seconds ?? decodeSeconds,
      workerFile: options.workerFile ?? new URL('./worker.js', import.meta.url),
    };
  }

  /**
   * Reads one picture as `readPicture` does. Takes the bytes over: their memory is moved to the worker, not
   * copied, unless they are a part of a larger buffer. Rejects with the signal's reason when it aborts (a
   * picture already being read is then read for nothing), with an `AbortError` when the pool is closed.
   */
  read(bytes: Uint8Array, fileName: string, rule: PixelRule, signal?: AbortSignal): Promise<PictureResult> {
    if (signal?.aborted) return Promise.reject(asError(signal.reason));
    if (this.#closed) return Promise.reject(closedError());
    return new Promise((resolve, reject) => {
      const job = new PictureJob(
        { bytes, fileName, rule, seconds: this.#options.seconds },
        resolve,
        reject,
        signal,
      );
      this.#queue.push(job);
      this.#pump();
    });
  }

  /**
   * Ends every wait at once and every worker. Resolves when the idle ones have ended; a decode under way runs
   * in native code that cannot be stopped between its steps, and is not waited for.
   */
  async close(): Promise<void> {
    this.#closed = true;
    const waiting = this.#queue.splice(0);
    for (const job of waiting) job.reject(closedError());
    const ends: Promise<unknown>[] = [];
    for (const slot of this.#slots) {
      const { phase } = slot;
      const end = this.#retire(slot);
      if (phase.kind === 'busy') phase.job.reject(closedError());
      else ends.push(end);
    }
    await Promise.all(ends);
  }

  /** Gives waiting pictures to idle workers and starts more workers where all are busy. */
  #pump(): void {
    const starting = [...this.#slots].filter((slot) => slot.phase.kind === 'starting').length;
    for (const slot of this.#slots) {
      if (slot.phase.kind !== 'idle') continue;
      const job = this.#next();
      if (job) this.#dispatch(slot, job);
      else slot.worker.unref();
    }
    const wanted = this.#queue.filter((job) => !job.settled).length - starting;
    const room = this.#options.workers - this.#slots.size;
    for (let i = 0; i < Math.min(wanted, room); i += 1) this.#start();
  }

  #next(): PictureJob | undefined {
    let job = this.#queue.shift();
    while (job?.settled) job = this.#queue.shift();
    return job;
  }

  #start(): void {
    // A small heap: pixels lie outside it, so only a leak could fill it. No flags of the main thread: some of
    // them (`--input-type`) stop a worker from starting.
    const worker = new Worker(this.#options.workerFile, {
      resourceLimits: { maxOldGenerationSizeMb: 128 },
      execArgv: [],
    });
    const slot: Slot = { worker, phase: { kind: 'starting' } };
    let failure: unknown;
    this.#slots.add(slot);
    worker.on('message', (message: WorkerMessage) => this.#receive(slot, message));
    worker.on('error', (error) => (failure = error));
    worker.on('exit', (code) => this.#lost(slot, failure ?? new Error(`picture worker ended with ${code}`)));
  }

  #dispatch(slot: Slot, job: PictureJob): void {
    const timer = setTimeout(() => this.#expire(slot, job), this.#options.seconds * 1000);
    slot.phase = { kind: 'busy', job, timer };
    slot.worker.ref();
    const bytes = owned(job.task.bytes);
    slot.worker.postMessage({ ...job.task, bytes }, [bytes.buffer]);
  }

  #receive(slot: Slot, message: WorkerMessage): void {
    const { phase } = slot;
    if (phase.kind === 'retired') return;
    if (phase.kind === 'busy') {
      clearTimeout(phase.timer);
      answer(phase.job, message);
    }
    slot.phase = { kind: 'idle' };
    this.#pump();
  }

  #expire(slot: Slot, job: PictureJob): void {
    job.resolve(leftOut('too-slow', { seconds: this.#options.seconds }));
    void this.#retire(slot);
    this.#pump();
  }

  /** A worker ended by itself: the picture that it was reading is left out; one that never started is a bug. */
  #lost(slot: Slot, error: unknown): void {
    const { phase } = slot;
    if (phase.kind === 'retired') return;
    this.#slots.delete(slot);
    if (phase.kind === 'busy') {
      clearTimeout(phase.timer);
      phase.job.resolve(leftOut('decoder-failed', {}));
    } else if (phase.kind === 'starting') {
      this.#next()?.reject(asError(error));
    }
    this.#pump();
  }

  #retire(slot: Slot): Promise<unknown> {
    const { phase } = slot;
    if (phase.kind === 'busy') clearTimeout(phase.timer);
    slot.phase = { kind: 'retired' };
    this.#slots.delete(slot);
    slot.worker.unref();
    return slot.worker.terminate();
  }
}

interface Slot {
  readonly worker: Worker;
  phase:
    | { readonly kind: 'starting' }
    | { readonly kind: 'idle' }
    | { readonly kind: 'busy'; readonly job: PictureJob; readonly timer: NodeJS.Timeout }
    | { readonly kind: 'retired' };
}

function answer(job: PictureJob, message: WorkerMessage): void {
  switch (message.kind) {
    case 'done':
      return job.resolve(message.result);
    case 'failed':
      return job.reject(asError(message.error));
    case 'ready':
      return;
    default:
      return assertNever(message);
  }
}

/** Bytes whose memory may be given away: a part of a larger buffer, or shared memory, is copied out. */
function owned(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = bytes.byteLength === bytes.buffer.byteLength;
  return whole && isPlain(bytes) ? bytes : new Uint8Array(bytes);
}

function isPlain(bytes: Uint8Array): bytes is Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer;
}

function leftOut(reason: LeftOutReason, facts: OutcomeFacts): PictureResult {
  return { kind: 'left-out', reason, facts };
}

function closedError(): Error {
  return new DOMException('The picture pool was closed.', 'AbortError');
}
