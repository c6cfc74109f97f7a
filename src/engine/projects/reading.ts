import { join } from 'node:path';
import type { FileEvent } from '../../shared/contract/events.js';
import type { PixelRule } from '../../shared/contract/preprocessing.js';
import { outcomeFolder } from '../training/feature-folder.js';
import { openOutcomeStore } from '../training/outcome-store.js';
import { passOver, type PixelSink, type SeenFile } from '../training/picture-pass.js';
import { filesInFlight, withPool, type Context } from './context.js';

export interface LookOptions {
  readonly rule: PixelRule;
  /** Takes the pixels in the same pass. */
  readonly sink: PixelSink | undefined;
  /** Pictures in one batch of the sink. */
  readonly batch: number;
}

/** Decoding threads and what is known of files, ready for one pass or several. */
export interface Reading {
  /** Passes over some files below a root, telling each one. */
  look(root: string, files: readonly string[], options: LookOptions): Promise<SeenFile[]>;
}

export async function withReading<T>(context: Context, work: (reading: Reading) => Promise<T>): Promise<T> {
  const outcomes = await openOutcomeStore(outcomeFolder(context.places.cache));
  try {
    return await withPool((pool) =>
      work({
        look: (root, files, { rule, sink, batch }) =>
          passOver({
            root,
            files,
            rule,
            read: (bytes, name, each) => pool.read(bytes, name, each),
            outcomes,
            sink,
            concurrency: filesInFlight(batch),
            signal: context.signal,
            onFile: (file, done) => {
              context.emit(fileEvent(root, file));
              context.emit({ event: 'progress', stage: 'reading', done, of: files.length });
            },
          }),
      }),
    );
  } finally {
    await outcomes.close();
  }
}

export function fileEvent(root: string, { file, outcome }: Pick<SeenFile, 'file' | 'outcome'>): FileEvent {
  return { event: 'file', path: join(root, file), outcome };
}
