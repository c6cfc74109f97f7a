import { readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { CancelSignal } from '../../shared/contract/calls.js';
import { fail } from '../../shared/contract/failures.js';
import type { LeftOutReason, NoteCode, Outcome, OutcomeFacts } from '../../shared/contract/outcomes.js';
import type { PixelRule } from '../../shared/contract/preprocessing.js';
import { isSystemError } from '../files/disk.js';
import { sha256 } from '../files/hash.js';
import type { PictureResult } from '../images/picture.js';
import type { KnownOutcome, OutcomeStore } from './outcome-store.js';

/** One file after the pass. `sha256` is null where the file could not be read at all. */
export interface SeenFile {
  readonly file: string;
  readonly sha256: string | null;
  readonly outcome: Outcome;
  /** After orientation, in pixels; 0 where unknown. */
  readonly width: number;
  readonly height: number;
}

/** Takes the pixels of each picture that it wants: the frozen network. */
export interface PixelSink {
  wants(sha256: string): boolean;
  /** Resolves when another picture may come; what it holds back is finished by `flush`. */
  take(sha256: string, pixels: Uint8Array): Promise<void>;
  flush(): Promise<void>;
}

export interface PassOptions {
  readonly root: string;
  readonly files: readonly string[];
  readonly rule: PixelRule;
  /** Decodes and resizes; a worker pool. */
  readonly read: (bytes: Uint8Array, fileName: string, rule: PixelRule) => Promise<PictureResult>;
  readonly outcomes: OutcomeStore;
  readonly sink: PixelSink | undefined;
  /** Files in flight; bounds the memory. */
  readonly concurrency: number;
  readonly signal: CancelSignal | undefined;
  readonly onFile: (seen: SeenFile, done: number) => void;
}

/**
 * The one pass over the pictures: each file is read once, hashed, decoded if neither its outcome nor its
 * features are known, and handed to the sink. One bad file never ends the pass. Returns the files in the order
 * given. Throws `cancelled`, or what the stores and the sink throw.
 */
export async function passOver(options: PassOptions): Promise<SeenFile[]> {
  const { files, concurrency, signal } = options;
  const seen: SeenFile[] = [];
  let [next, done] = [0, 0];
  let failed = false;
  async function work(): Promise<void> {
    while (next < files.length && !failed) {
      if (signal?.aborted) fail({ code: 'cancelled', run: null });
      const index = next++;
      seen[index] = await look(files[index], options);
      options.onFile(seen[index], ++done);
    }
  }
  const workers = Array.from({ length: Math.min(concurrency, files.length) }, () =>
    work().catch((error: unknown) => {
      failed = true;
      throw error;
    }),
  );
  const results = await Promise.allSettled(workers); // nobody still reads when the first error is told
  const rejected = results.find((result) => result.status === 'rejected');
  if (rejected !== undefined) throw rejected.reason;
  await options.sink?.flush();
  return seen;
}

async function look(file: string, options: PassOptions): Promise<SeenFile> {
  const bytes = await bytesOf(join(options.root, file));
  if (typeof bytes === 'string') return unread(file, bytes);
  const hash = sha256(bytes);
  const key = `${hash}${extname(file).toLowerCase()}`;
  const known = options.outcomes.get(key);
  const wanted = options.sink?.wants(hash) ?? false;
  if (known !== undefined && (known.reason !== null || !wanted)) return seenFrom(file, hash, known);
  const result = await options.read(bytes, file, options.rule);
  const now = knownFrom(key, result);
  // Of this moment, not of the content: it is looked at again next time.
  const isPassing = now.reason === 'too-slow' || now.reason === 'decoder-failed';
  if (known === undefined && !isPassing) await options.outcomes.add(now);
  if (result.kind === 'read' && wanted) await options.sink?.take(hash, result.pixels);
  return seenFrom(file, hash, now);
}

/** Bytes; several files are in memory at once. No picture within the pixel limit needs as much. */
const fileLimit = 1 << 29;

async function bytesOf(path: string): Promise<Uint8Array | LeftOutReason> {
  try {
    const info = await stat(path);
    if (!info.isFile()) return 'not-a-picture'; // a pipe or a device would keep us waiting for ever
    if (info.size > fileLimit) return 'too-large';
    const bytes = await readFile(path);
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    if (error.code === 'ENOENT' && path.includes('\uFFFD')) return 'name-not-utf8';
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR' || error.code === 'ELOOP') return 'vanished';
    if (error.code === 'EACCES' || error.code === 'EPERM') return 'permission';
    return 'read-error';
  }
}

function unread(file: string, reason: LeftOutReason): SeenFile {
  return { file, sha256: null, outcome: { kind: 'left-out', reason, facts: {} }, width: 0, height: 0 };
}

function knownFrom(key: string, result: PictureResult): KnownOutcome {
  const none: { notes: NoteCode[]; reason: null; facts: OutcomeFacts } = {
    notes: [],
    reason: null,
    facts: {},
  };
  return result.kind === 'read'
    ? { ...none, key, width: result.width, height: result.height, notes: [...result.notes], facts: {} }
    : { key, width: 0, height: 0, notes: [], reason: result.reason, facts: { ...result.facts } };
}

function seenFrom(file: string, hash: string, known: KnownOutcome): SeenFile {
  return { file, sha256: hash, outcome: outcomeOf(known), width: known.width, height: known.height };
}

function outcomeOf({ reason, facts, notes }: KnownOutcome): Outcome {
  if (reason !== null) return { kind: 'left-out', reason, facts };
  return notes.length > 0 ? { kind: 'note', notes } : { kind: 'used' };
}
