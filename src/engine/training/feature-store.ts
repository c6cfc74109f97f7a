import { randomBytes } from 'node:crypto';
import { open, readdir, type FileHandle } from 'node:fs/promises';
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
 * by another process, so that runs side by side share the folder without locks.
 */
export interface FeatureStore {
  has(sha256: string): boolean;
  /** Number of rows. */
  readonly size: number;
  /** Copies the row into `target` at `offset` (values); false where there is none or it is damaged. */
  read(sha256: string, target: Float32Array, offset: number): Promise<boolean>;
  /** One at a time: the caller waits for one row before it adds the next. Throws a `FailureError` (disk-full, ...). */
  add(sha256: string, row: Float32Array): Promise<void>;
  close(): Promise<void>;
}

const keyBytes = 40;

interface Place {
  readonly file: FileHandle;
  readonly index: number;
  readonly crc: number;
}

/** Opens or creates the store; `features` is the length of a row. */
export async function openFeatureStore(folder: string, features: number): Promise<FeatureStore> {
  await makeFolder(folder);
  const rowBytes = features * 4;
  const places = new Map<string, Place>();
  const files: FileHandle[] = [];
  for (const name of await segmentsIn(folder)) {
    const file = await readSegment(folder, name, rowBytes, places);
    if (file !== undefined) files.push(file);
  }
  let segment: { rows: FileHandle; keys: FileHandle; count: number } | undefined;

  async function add(sha256: string, row: Float32Array): Promise<void> {
    try {
      segment ??= await newSegment(folder);
      faults.beforeWrite?.(folder);
      const bytes = new Uint8Array(row.buffer, row.byteOffset, rowBytes);
      const crc = crc32(bytes);
      await segment.rows.write(bytes, 0, rowBytes, segment.count * rowBytes);
      await segment.keys.write(keyOf(sha256, crc), 0, keyBytes, segment.count * keyBytes);
      places.set(sha256, { file: segment.rows, index: segment.count, crc });
      segment.count++;
    } catch (error) {
      throw diskError(error, folder, 'write');
    }
  }

  async function read(sha256: string, target: Float32Array, offset: number): Promise<boolean> {
    const place = places.get(sha256);
    if (place === undefined) return false;
    const bytes = new Uint8Array(target.buffer, target.byteOffset + offset * 4, rowBytes);
    const { bytesRead } = await place.file.read(bytes, 0, rowBytes, place.index * rowBytes);
    if (bytesRead === rowBytes && crc32(bytes) === place.crc) return true;
    places.delete(sha256);
    return false;
  }

  async function close(): Promise<void> {
    if (segment !== undefined) {
      await segment.rows.sync();
      await segment.keys.sync();
      await segment.keys.close();
      await segment.rows.close();
    }
    await Promise.all(files.map((file) => file.close()));
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

/** Enters a segment's rows into `places`; undefined where its rows are gone. */
async function readSegment(
  folder: string,
  name: string,
  rowBytes: number,
  places: Map<string, Place>,
): Promise<FileHandle | undefined> {
  try {
    const keys = await open(join(folder, `${name}.keys`), 'r');
    const bytes = await keys.readFile().finally(() => keys.close());
    const rows = await open(join(folder, `${name}.rows`), 'r');
    const stored = Math.floor((await rows.stat()).size / rowBytes);
    const count = Math.min(Math.floor(bytes.length / keyBytes), stored);
    for (let index = 0; index < count; index++) {
      const key = bytes.subarray(index * keyBytes, (index + 1) * keyBytes);
      if (key.readUInt32LE(36) !== crc32(key.subarray(0, 36))) continue;
      places.set(key.toString('hex', 0, 32), { file: rows, index, crc: key.readUInt32LE(32) });
    }
    return rows;
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') return undefined; // pruned by another process just now
    throw diskError(error, folder, 'read');
  }
}

async function newSegment(folder: string): Promise<{ rows: FileHandle; keys: FileHandle; count: number }> {
  const name = join(folder, randomBytes(8).toString('hex'));
  const rows = await open(`${name}.rows`, 'wx+');
  return { rows, keys: await open(`${name}.keys`, 'wx'), count: 0 };
}

function keyOf(sha256: string, crc: number): Buffer {
  const key = Buffer.alloc(keyBytes);
  key.write(sha256, 0, 32, 'hex');
  key.writeUInt32LE(crc, 32);
  key.writeUInt32LE(crc32(key.subarray(0, 36)), 36);
  return key;
}
