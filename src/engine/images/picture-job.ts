import type { PictureResult } from './picture.js';
import type { PictureTask } from './worker.js';

/** One picture and its promise, which settles once: by result, abort or the end of the pool. */
export class PictureJob {
  settled = false;

  constructor(
    readonly task: PictureTask,
    readonly onResult: (result: PictureResult) => void,
    readonly onError: (error: Error) => void,
    readonly signal: AbortSignal | undefined,
  ) {
    signal?.addEventListener('abort', this.#abort, { once: true });
  }

  resolve(result: PictureResult): void {
    if (this.#settle()) this.onResult(result);
  }

  reject(error: Error): void {
    if (this.#settle()) this.onError(error);
  }

  readonly #abort = (): void => this.reject(asError(this.signal?.reason));

  #settle(): boolean {
    if (this.settled) return false;
    this.settled = true;
    this.signal?.removeEventListener('abort', this.#abort);
    return true;
  }
}

/** What a signal or another thread gave as the cause. */
export function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
