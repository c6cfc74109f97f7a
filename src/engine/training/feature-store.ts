import { randomBytes } from 'node:crypto';
import { open, readdir, readFile, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { diskError, faults, isSystemError, makeFolder } from '../files/disk.js';

/**
 * Rows of stored features on disk: what the frozen part of a network answered for a picture, by the SHA-256 of
 * the picture's file. One folder a (network, pixels, cut, view); see `featureFolder`.
 *
 * Each process that adds rows writes a segment of its own, two files:
 * - `<name>.rows`: float32 rows, one after the other
 * - `<name>.keys`: 40 bytes a row: SHA-256 (32), CRC-32 of the row (4), CRC-32 of these 36 bytes (4)
 * The row is written before its key. A process that dies leaves at most a row without a key or a torn key;
 * both are passed over, and a row that does not fit its checksum is computed anew. No segment is ever changed
 * by another process, so that runs side by side share the folder without locks. One may be removed, though
 * (`pruneFeatures`): its rows are then as if they had never been.
 *
 * Segments add up, one a run, and a process may open only some 250 files on some systems: the rows of others are
 * opened when they are read, few at a time.
 */
export interface FeatureStore {
  has(sha256: string): boolean;
  /** Number of rows. */
  readonly size: number;
  /**
   * Copies the row into `target` at `offset` (values); false where there is none, it is damaged, or its segment
   * has been removed. Throws a `FailureError` (read-failed, ...).
   */
  read(sha256: string, target: Float32Array, offset: number): Promise<boolean>;
  /** One at a time: the caller waits for one row before it adds the next. Throws a `FailureError` (disk-full, ...). */
  add(sha256: string, row: Float32Array): Promise<void>;
  close(): Promise<void>;
}

const keyBytes = 40;
/** Files of rows open for reading at a time. */
const mostOpen = 8;

interface Place {
  /** Path of the segment's rows. */
  readonly rows: string;
  readonly index: number;
  readonly crc: number;
}

/** Opens or creates the store; `features` is the length of a row. */
export async function openFeatureStore(folder: string, features: number): Promise<FeatureStore> {
  await makeFolder(folder);
  const rowBytes = features * 4;
  const places = new Map<string, Place>();
  for (const name of await segmentsIn(folder)) await readSegment(folder, name, rowBytes, places);
  const others = fewFiles(mostOpen);
  let segment: Segment | undefined;

  async function add(sha256: string, row: Float32Array): Promise<void> {
    try {
      segment ??= await newSegment(folder);
      faults.beforeWrite?.(folder);
      const bytes = new Uint8Array(row.buffer, row.byteOffset, rowBytes);
      const crc = crc32(bytes);
      await segment.rows.write(bytes, 0, rowBytes, segment.count * rowBytes);
      await segment.keys.write(keyOf(sha256, crc), 0, keyBytes, segment.count * keyBytes);
      places.set(sha256, { rows: segment.path, index: segment.count, crc });
      segment.count++;
    } catch (error) {
      throw diskError(error, folder, 'write');
    }
  }

  async function read(sha256: string, target: Float32Array, offset: number): Promise<boolean> {
    const place = places.get(sha256);
    if (place === undefined) return false;
    const bytes = new Uint8Array(target.buffer, target.byteOffset + offset * 4, rowBytes);
    const bytesRead = await readRow(place, bytes);
    if (bytesRead === rowBytes && crc32(bytes) === place.crc) return true;
    if (bytesRead === undefined) forget(place.rows);
    else places.delete(sha256);
    return false;
  }

  /** Bytes read; undefined where the segment has been removed. Our own is open anyway. */
  async function readRow({ rows, index }: Place, bytes: Uint8Array): Promise<number | undefined> {
    try {
      if (rows !== segment?.path) return await others.read(rows, bytes, index * rowBytes);
      return (await segment.rows.read(bytes, 0, rowBytes, index * rowBytes)).bytesRead;
    } catch (error) {
      if (isSystemError(error) && error.code === 'ENOENT') return undefined;
      throw diskError(error, folder, 'read');
    }
  }

  function forget(rows: string): void {
    for (const [sha256, place] of places) if (place.rows === rows) places.delete(sha256);
  }

  async function close(): Promise<void> {
    if (segment !== undefined) {
      await segment.rows.sync();
      await segment.keys.sync();
      await segment.keys.close();
      await segment.rows.close();
    }
    await others.close();
  }

  return {
    has: (sha256) => places.has(sha256),
    get size() {
      return places.size;
    },
    read,
    add,
    close,
  };
}

async function segmentsIn(folder: string): Promise<string[]> {
  try {
    const names = await readdir(folder);
    return names.filter((name) => name.endsWith('.keys')).map((name) => name.slice(0, -'.keys'.length));
  } catch (error) {
    throw diskError(error, folder, 'read');
  }
}

/** Enters a segment's rows into `places`; nothing where it is gone. */
async function readSegment(
  folder: string,
  name: string,
  rowBytes: number,
  places: Map<string, Place>,
): Promise<void> {
  try {
    const bytes = await readFile(join(folder, `${name}.keys`));
    const rows = join(folder, `${name}.rows`);
    const stored = Math.floor((await stat(rows)).size / rowBytes);
    const count = Math.min(Math.floor(bytes.length / keyBytes), stored);
    for (let index = 0; index < count; index++) {
      const key = bytes.subarray(index * keyBytes, (index + 1) * keyBytes);
      if (key.readUInt32LE(36) !== crc32(key.subarray(0, 36))) continue;
      places.set(key.toString('hex', 0, 32), { rows, index, crc: key.readUInt32LE(32) });
    }
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') return; // pruned by another process just now
    throw diskError(error, folder, 'read');
  }
}

/** What this process adds. */
interface Segment {
  /** Of the rows. */
  readonly path: string;
  readonly rows: FileHandle;
  readonly keys: FileHandle;
  count: number;
}

async function newSegment(folder: string): Promise<Segment> {
  const name = join(folder, randomBytes(8).toString('hex'));
  const path = `${name}.rows`;
  const rows = await open(path, 'wx+');
  return { path, rows, keys: await open(`${name}.keys`, 'wx'), count: 0 };
}

function keyOf(sha256: string, crc: number): Buffer {
  const key = Buffer.alloc(keyBytes);
  key.write(sha256, 0, 32, 'hex');
  key.writeUInt32LE(crc, 32);
  key.writeUInt32LE(crc32(key.subarray(0, 36)), 36);
  return key;
}

/** Reads from any number of files with at most `most` of them open. */
interface FewFiles {
  /** Fills `bytes` from `position`; returns how many bytes there were. Throws the system's error. */
  read(path: string, bytes: Uint8Array, position: number): Promise<number>;
  /** After the last read has ended. */
  close(): Promise<void>;
}

interface OpenFile {
  readonly handle: Promise<FileHandle>;
  /** Reads under way. */
  readers: number;
}

/**
 * At most `most` reads run side by side, so that of `most` open files one is always idle when another is to be
 * opened: the idle one that was used longest ago is closed for it.
 */
function fewFiles(most: number): FewFiles {
  const files = new Map<string, OpenFile>(); // in the order of their last use
  const waiting: (() => void)[] = [];
  let running = 0;

  async function read(path: string, bytes: Uint8Array, position: number): Promise<number> {
    if (running < most) running++;
    else await new Promise<void>((resolve) => waiting.push(resolve)); // takes over the turn of one that ended
    const file = files.get(path) ?? { handle: openInsteadOf(idle(), path), readers: 0 };
    files.delete(path);
    files.set(path, file);
    file.readers++;
    try {
      const handle = await file.handle.catch((error: unknown) => {
        if (files.get(path) === file) files.delete(path);
        throw error;
      });
      return (await handle.read(bytes, 0, bytes.length, position)).bytesRead;
    } finally {
      file.readers--;
      const next = waiting.shift();
      if (next === undefined) running--;
      else next();
    }
  }

  /** The file to close, taken out; undefined while there is room. */
  function idle(): OpenFile | undefined {
    if (files.size < most) return undefined;
    const found = [...files].find(([, { readers }]) => readers === 0);
    if (found !== undefined) files.delete(found[0]);
    return found?.[1];
  }

  async function close(): Promise<void> {
    const open = [...files.values()];
    files.clear();
    await Promise.all(open.map(async ({ handle }) => (await handle).close()));
  }

  return { read, close };
}

async function openInsteadOf(before: OpenFile | undefined, path: string): Promise<FileHandle> {
  if (before !== undefined) await (await before.handle).close();
  return open(path, 'r');
}
