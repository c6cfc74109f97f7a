import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { diskError, faults } from './disk.js';

/**
 * An append-only file of JSON objects, one a line, each with a checksum as its last field:
 * `{"seq":3,"event":"epoch",...,"crc":"1f2e3d4c"}`. A process that dies while writing leaves at most one torn
 * line; opening cuts it off and says how many bytes went. One writer a log: each line is written at the place
 * where this object knows the last one to end.
 */
export class Log<Entry extends object> {
  readonly #file: FileHandle;
  readonly #path: string;
  /** Bytes of whole lines. */
  #size: number;
  #pending: Promise<void> = Promise.resolve();

  private constructor(file: FileHandle, path: string, size: number) {
    this.#file = file;
    this.#path = path;
    this.#size = size;
  }

  /**
   * Opens or creates the log. `parse` turns a line's object into an entry or undefined (then the log ends
   * before that line).
   */
  static async open<Entry extends object>(
    path: string,
    parse: (value: unknown) => Entry | undefined,
  ): Promise<{ log: Log<Entry>; entries: Entry[]; cutBytes: number }> {
    let file: FileHandle | undefined;
    try {
      file = await open(path, readWriteCreate);
      const bytes = await file.readFile();
      const { entries, validBytes } = readLines(bytes, parse);
      if (validBytes < bytes.length) await file.truncate(validBytes);
      return { log: new Log<Entry>(file, path, validBytes), entries, cutBytes: bytes.length - validBytes };
    } catch (error) {
      await file?.close();
      throw diskError(error, path, 'write');
    }
  }

  /** Appends one entry; entries keep the order of the calls. Throws a `FailureError`. */
  async append(entry: Entry): Promise<void> {
    const write = this.#pending.then(() => this.#write(Buffer.from(toLine(entry))));
    this.#pending = write.catch(() => undefined); // the caller of this append hears of it, not the next one
    try {
      await write;
    } catch (error) {
      throw diskError(error, this.#path, 'write');
    }
  }

  /** A line that the disk took only half of is taken back, so that the next one does not follow a torn one. */
  async #write(line: Buffer): Promise<void> {
    try {
      faults.beforeWrite?.(this.#path);
      await writeAll(this.#file, line, this.#size);
      this.#size += line.length;
    } catch (error) {
      await this.#file.truncate(this.#size).catch(() => undefined); // the first error is the one to tell
      throw error;
    }
  }

  /** Waits for what was appended, flushes it and closes the file. */
  async close(): Promise<void> {
    await this.#pending;
    await this.#file.sync();
    await this.#file.close();
  }
}

/** Not `a+`: Windows cannot truncate through a handle that may only append. Nothing that is there is cut. */
const readWriteCreate = constants.O_RDWR | constants.O_CREAT;

/** Writes all bytes at `position`: the system may take fewer than it is given. */
export async function writeAll(
  file: Pick<FileHandle, 'write'>,
  bytes: Uint8Array,
  position: number,
): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    if (bytesWritten === 0) throw new Error('the system took no byte and told no error'); // else without end
    done += bytesWritten;
  }
}

/** The valid entries at the start of the bytes, and where they end. */
export function readLines<Entry>(
  bytes: Uint8Array,
  parse: (value: unknown) => Entry | undefined,
): { entries: Entry[]; validBytes: number } {
  const entries: Entry[] = [];
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let start = 0;
  for (;;) {
    const end = buffer.indexOf(10, start);
    if (end < 0) return { entries, validBytes: start };
    const value = checkedObject(buffer.toString('utf8', start, end));
    const entry = value === undefined ? undefined : parse(value);
    if (entry === undefined) return { entries, validBytes: start };
    entries.push(entry);
    start = end + 1;
  }
}

const tail = /,"crc":"([0-9a-f]{8})"\}$/;

function toLine(entry: object): string {
  const body = JSON.stringify(entry).slice(0, -1);
  return `${body},"crc":"${checksum(body)}"}\n`;
}

function checkedObject(line: string): unknown {
  const match = tail.exec(line);
  if (match === null) return undefined;
  const body = line.slice(0, match.index);
  if (checksum(body) !== match[1]) return undefined;
  try {
    return JSON.parse(`${body}}`) as unknown;
  } catch {
    return undefined; // a line whose checksum fits by chance: treated as torn
  }
}

function checksum(body: string): string {
  return crc32(body).toString(16).padStart(8, '0');
}
