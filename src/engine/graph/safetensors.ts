import { fail } from '../../shared/contract/failures.js';
import { readWhole, writeAtomic } from '../files/disk.js';
import { float16ToFloat32 } from './float16.js';
import { sizeOf, type Tensor, type Weights } from './weights.js';

/**
 * The safetensors format: 8 bytes little-endian header length, a JSON header {name: {dtype, shape,
 * data_offsets}}, then the values. Every size is checked against the file before anything is allocated.
 * Format: https://github.com/huggingface/safetensors#format
 */
export interface SafetensorsFile {
  readonly weights: Weights;
  /** The header's `__metadata__`. */
  readonly metadata: Readonly<Record<string, string>>;
}

const headerLimit = 100_000_000;
const bytesPerValue: Readonly<Record<string, number>> = { F16: 2, F32: 4 };

/** Reads F16 and F32 tensors (as float32). Throws `file-damaged`, or what `readWhole` throws. */
export async function readSafetensors(path: string): Promise<SafetensorsFile> {
  return parseSafetensors(await readWhole(path), path);
}

/** As `readSafetensors`, from memory; `path` is for the failure alone. */
export function parseSafetensors(bytes: Uint8Array, path: string): SafetensorsFile {
  const damaged = (problem: string): never => fail({ code: 'file-damaged', path, problem });
  if (bytes.length < 8) damaged('header: length');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerBytes = Number(view.getBigUint64(0, true));
  if (headerBytes > headerLimit || headerBytes > bytes.length - 8) damaged('header: length');
  const header = parseHeader(bytes.subarray(8, 8 + headerBytes)) ?? damaged('header: JSON');
  const data = bytes.subarray(8 + headerBytes);
  const weights = new Map<string, Tensor>();
  const extents: { name: string; begin: number; end: number }[] = [];
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const tensor = parseEntry(entry) ?? damaged(`entry: ${name}`);
    const size = sizeOf(tensor.shape) * tensor.width;
    if (tensor.end - tensor.begin !== size || tensor.end > data.length) damaged(`extent: ${name}`);
    weights.set(name, {
      shape: tensor.shape,
      values: toFloat32(data.subarray(tensor.begin, tensor.end), tensor.width),
    });
    extents.push({ name, begin: tensor.begin, end: tensor.end });
  }
  let covered = 0; // tensors lie one after the other, without gaps or bytes that two share
  for (const { name, begin, end } of extents.sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== covered) damaged(`extent: ${name}`);
    covered = end;
  }
  if (covered !== data.length) damaged('length');
  return { weights, metadata: stringsOf(header['__metadata__']) };
}

/** The file's bytes: float32 values, names in order, so that equal weights give equal bytes. */
export function toSafetensors(weights: Weights, metadata: Readonly<Record<string, string>> = {}): Uint8Array {
  const names = [...weights.keys()].sort();
  const header: Record<string, unknown> = {};
  if (Object.keys(metadata).length > 0) header['__metadata__'] = metadata;
  let offset = 0;
  for (const name of names) {
    const { shape, values } = tensorOf(weights, name);
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + values.byteLength] };
    offset += values.byteLength;
  }
  const text = Buffer.from(JSON.stringify(header));
  const padded = Math.ceil(text.length / 8) * 8;
  const out = Buffer.alloc(8 + padded + offset, ' ');
  out.writeBigUInt64LE(BigInt(padded), 0);
  text.copy(out, 8);
  let at = 8 + padded;
  for (const name of names) {
    const { values } = tensorOf(weights, name);
    out.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
    at += values.byteLength;
  }
  return out;
}

export async function writeSafetensors(
  path: string,
  weights: Weights,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  await writeAtomic(path, toSafetensors(weights, metadata));
}

/** The tensor of that name. A missing one is a bug: graphs are checked against their weights when loaded. */
export function tensorOf(weights: Weights, name: string): Tensor {
  const tensor = weights.get(name);
  if (tensor === undefined) throw new Error(`no tensor ${name}`);
  return tensor;
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined; // the caller names the file
  }
}

function parseEntry(
  entry: unknown,
): { shape: number[]; width: number; begin: number; end: number } | undefined {
  if (!isObject(entry)) return undefined;
  const { dtype, shape, data_offsets: offsets } = entry;
  const width = typeof dtype === 'string' ? bytesPerValue[dtype] : undefined;
  if (width === undefined || !isNaturals(shape) || !isNaturals(offsets) || offsets.length !== 2)
    return undefined;
  return { shape, width, begin: offsets[0], end: offsets[1] };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNaturals(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((each) => Number.isSafeInteger(each) && each >= 0);
}

function stringsOf(value: unknown): Record<string, string> {
  if (!isObject(value)) return {};
  return Object.fromEntries(
    Object.entries(value).filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
  );
}

function toFloat32(bytes: Uint8Array, width: number): Float32Array {
  const aligned = new Uint8Array(bytes); // a copy of its own, aligned; slice() of a Buffer would be a view
  return width === 4 ? new Float32Array(aligned.buffer) : float16ToFloat32(new Uint16Array(aligned.buffer));
}
