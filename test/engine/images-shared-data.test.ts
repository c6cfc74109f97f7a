import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readPicture } from '../../src/engine/images/read-picture.js';
import {
  sideLimit,
  type LeftOutReason,
  type NoteCode,
  type OutcomeFacts,
} from '../../src/shared/contract/outcomes.js';
import { pixelRule } from '../../src/shared/contract/preprocessing.js';
import { noSharedData, sharedData } from '../support/shared-data.js';

interface Row {
  readonly file: string;
  readonly expected: 'decodes' | 'rejected';
  readonly also_acceptable?: string;
  readonly width?: number;
  readonly height?: number;
  readonly looks_like?: string;
}

/** What test/support/read-files.ts prints: `pixels` is a thumbnail [16, 16, 3]. */
type Line =
  | {
      readonly kind: 'read';
      readonly pixels: readonly number[];
      readonly width: number;
      readonly height: number;
      readonly notes: readonly NoteCode[];
    }
  | { readonly kind: 'left-out'; readonly reason: LeftOutReason; readonly facts: OutcomeFacts };

interface Tried {
  readonly row: Row;
  readonly line: Line;
}

/** Reads every hard file in a child process, which may take two minutes and must end well. */
async function readHardFiles(data: string): Promise<readonly Tried[]> {
  const folder = join(data, 'hard-files');
  const { files } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as { files: Row[] };
  const program = fileURLToPath(new URL('../support/read-files.js', import.meta.url));
  const child = spawn(process.execPath, [program], { timeout: 120_000, stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise<unknown>((resolve) =>
    child.once('close', (code, signal) => resolve(signal ?? code)),
  );
  child.stdin.end(JSON.stringify(files.map((row) => join(folder, row.file))));
  const lines = (await text(child.stdout)).trim().split('\n');
  assert.equal(await ended, 0, `ended at ${files[lines.length]?.file}`);
  return files.map((row, i) => ({ row, line: JSON.parse(lines[i]) as Line }));
}

/** How a row ended against the manifest; `not-yet` for the formats that this version does not read. */
function verdict({ row, line }: Tried): 'as-expected' | 'acceptable' | 'not-yet' | 'miss' {
  const also = row.also_acceptable ?? '';
  if (line.kind === 'read') {
    if (row.expected === 'decodes') {
      return line.width === row.width && line.height === row.height ? 'as-expected' : 'miss';
    }
    return also === 'decodes' || (also === 'decodes with a warning' && line.notes.includes('damaged'))
      ? 'acceptable'
      : 'miss';
  }
  if (row.expected === 'rejected') return 'as-expected';
  if (also.startsWith('rejected') || isTooSmall(row, line)) return 'acceptable';
  return ['BMP', 'HEIC', 'ICO'].includes(String(line.facts.format)) ? 'not-yet' : 'miss';
}

/** The manifest accepts this for some tiny pictures only; the limit is one for all formats. */
function isTooSmall(row: Row, line: Line): boolean {
  const shorter = Math.min(row.width ?? Infinity, row.height ?? Infinity);
  return line.kind === 'left-out' && line.reason === 'too-small' && shorter < sideLimit;
}

function count(verdicts: readonly string[]): Record<string, number> {
  return verdicts.reduce<Record<string, number>>((sum, one) => ({ ...sum, [one]: (sum[one] ?? 0) + 1 }), {});
}

function rms(a: readonly number[], b: readonly number[]): number {
  return Math.sqrt(a.reduce((sum, value, i) => sum + (value - b[i]) ** 2, 0) / a.length);
}

/** Files whose thumbnail is 6 or more (rms) away from that of the picture they must look like. */
function unlike(tried: readonly Tried[]): readonly string[] {
  const thumbnails = new Map(
    tried.map(({ row, line }) => [row.file, line.kind === 'read' ? line.pixels : [Infinity]]),
  );
  const differs = ({ row }: Tried) =>
    row.looks_like !== undefined &&
    !(rms(thumbnails.get(row.file) ?? [], thumbnails.get(row.looks_like) ?? []) < 6);
  return tried.filter(differs).map(({ row }) => row.file);
}

/** The bytes of a .npy file behind its header, whose length stands at byte 8. */
function npy(path: string): Buffer {
  const file = readFileSync(path);
  return file.subarray(10 + file.readUInt16LE(8));
}

/** How many bytes of a network's reference inputs [n, size, size, 3] differ from the pictures read here. */
async function differingBytes(data: string, network: string, size: number) {
  const folder = join(data, 'weights', 'reference');
  const record = JSON.parse(readFileSync(join(folder, `${network}.json`), 'utf8')) as {
    readonly pictures: readonly { readonly file: string }[];
  };
  const read = record.pictures.map(async ({ file }) => {
    const bytes = readFileSync(join(data, 'imagenet-samples', file));
    const result = await readPicture(bytes, file, pixelRule('centre-square', size));
    return result.kind === 'read' ? result.pixels : new Uint8Array(0);
  });
  const pixels = Buffer.concat(await Promise.all(read));
  const reference = npy(join(folder, `${network}_${size}_input.npy`));
  assert.equal(pixels.length, reference.length);
  return pixels.reduce((sum, value, i) => sum + (value === reference[i] ? 0 : 1), 0);
}

const data = sharedData();
const tried = data === undefined ? undefined : readHardFiles(data);
// The tests that wait for it report its failure.
tried?.catch(() => undefined);

test('every hard file ends as its manifest accepts, but one', async (t) => {
  if (!tried) return t.skip(noSharedData);
  const results = await tried;
  t.diagnostic(JSON.stringify(count(results.map(verdict))));
  const misses = results.filter((one) => verdict(one) === 'miss').map(({ row }) => row.file);
  // libtiff reads this broken LZW stream to the end without a complaint.
  assert.deepEqual(misses, ['tiff/ycbcr_lzw_broken.tif']);
});

test('a hard file that must look like another does, whatever its orientation and profile', async (t) => {
  if (!tried) return t.skip(noSharedData);
  assert.deepEqual(unlike(await tried), []);
});

test('the inputs of EfficientNet-Lite 0 equal the reference on every byte', async (t) => {
  if (!data) return t.skip(noSharedData);
  assert.equal(await differingBytes(data, 'efficientnet_lite0', 224), 0);
});

test('the inputs of EfficientNet-Lite 1 equal the reference on every byte', async (t) => {
  if (!data) return t.skip(noSharedData);
  assert.equal(await differingBytes(data, 'efficientnet_lite1', 240), 0);
});

test('the inputs of EfficientNet-Lite 2 equal the reference on every byte', async (t) => {
  if (!data) return t.skip(noSharedData);
  assert.equal(await differingBytes(data, 'efficientnet_lite2', 260), 0);
});
