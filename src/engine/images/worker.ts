import { parentPort } from 'node:worker_threads';
import type { PixelRule } from '../../shared/contract/preprocessing.js';
import type { PictureResult } from './picture.js';
import { readPicture } from './read-picture.js';

/** What the pool sends: one picture at a time. */
export interface PictureTask {
  readonly bytes: Uint8Array;
  readonly fileName: string;
  readonly rule: PixelRule;
  readonly seconds: number;
}

/** What a worker answers: `ready` once, then one of the others per picture. `failed` is a bug, not a picture. */
export type WorkerMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'done'; readonly result: PictureResult }
  | { readonly kind: 'failed'; readonly error: unknown };

const port = parentPort;
if (port === null) throw new Error('worker.ts runs only as a worker thread');

port.on('message', (task: PictureTask) => {
  readPicture(task.bytes, task.fileName, task.rule, task.seconds).then(
    (result) => {
      const message: WorkerMessage = { kind: 'done', result };
      port.postMessage(message, result.kind === 'read' ? [result.pixels.buffer as ArrayBuffer] : []);
    },
    (error: unknown) => {
      const message: WorkerMessage = { kind: 'failed', error };
      port.postMessage(message);
    },
  );
});
const ready: WorkerMessage = { kind: 'ready' };
port.postMessage(ready);
