import { crc32 } from 'node:zlib';
import { z } from 'zod';
import { fail } from '../../shared/contract/failures.js';
import { readSafetensors, tensorOf, writeSafetensors } from '../graph/safetensors.js';
import type { Tensor, Weights } from '../graph/weights.js';
import type { HeadState } from './head-loop.js';
import type { SoftmaxHead } from './softmax-head.js';

/**
 * A run's last state in one file, so that it is whole or absent: tensors (head, best head, moments) and, in
 * the metadata, everything else that the next epoch depends on.
 */
const progressSchema = z.object({
  version: z.literal(1),
  epoch: z.int(),
  step: z.int(),
  watch: z.object({
    best: z.number().nullable(),
    bestEpoch: z.int(),
    waited: z.int(),
    reference: z.number().nullable(),
  }),
  random: z.object({ a: z.int(), b: z.int(), c: z.int(), counter: z.int() }),
  seconds: z.number(),
  /** CRC-32 over the tensors' bytes, in the order of their names. */
  crc: z.int(),
});

export interface Checkpoint {
  readonly state: HeadState;
  /** Seconds of training so far. */
  readonly seconds: number;
}

export async function writeCheckpoint(path: string, { state, seconds }: Checkpoint): Promise<void> {
  const { epoch, step, watch, random, head, best, moments } = state;
  const { classes, features } = head;
  const square = [classes, features];
  const tensors = new Map<string, Tensor>([
    ['head/weights', { shape: square, values: head.weights }],
    ['head/bias', { shape: [classes], values: head.bias }],
    ['best/weights', { shape: square, values: best.weights }],
    ['best/bias', { shape: [classes], values: best.bias }],
    ['moments/weights/first', { shape: square, values: moments.weights.first }],
    ['moments/weights/second', { shape: square, values: moments.weights.second }],
    ['moments/bias/first', { shape: [classes], values: moments.bias.first }],
    ['moments/bias/second', { shape: [classes], values: moments.bias.second }],
  ]);
  // JSON turns Infinity into null
  const progress = { version: 1, epoch, step, watch, random, seconds, crc: checksumOf(tensors) };
  await writeSafetensors(path, tensors, { progress: JSON.stringify(progress) });
}

/** Throws `file-damaged` where the file is not a checkpoint of a head of that size. */
export async function readCheckpoint(path: string, features: number, classes: number): Promise<Checkpoint> {
  const { weights, metadata } = await readSafetensors(path);
  const damaged = (problem: string): never => fail({ code: 'file-damaged', path, problem });
  const parsed = progressSchema.safeParse(parseJson(metadata['progress'] ?? ''));
  if (!parsed.success) return damaged('progress');
  const values = (name: string, size: number): Float32Array => {
    if (weights.get(name)?.values.length !== size) damaged(name);
    return tensorOf(weights, name).values;
  };
  const headOf = (name: string): SoftmaxHead => ({
    features,
    classes,
    weights: values(`${name}/weights`, classes * features),
    bias: values(`${name}/bias`, classes),
  });
  const momentsOf = (role: string, size: number) => ({
    first: values(`moments/${role}/first`, size),
    second: values(`moments/${role}/second`, size),
  });
  const { epoch, step, watch, random, seconds, crc } = parsed.data;
  const checkpoint = {
    state: {
      epoch,
      step,
      head: headOf('head'),
      best: headOf('best'),
      moments: { weights: momentsOf('weights', classes * features), bias: momentsOf('bias', classes) },
      watch: { ...watch, best: watch.best ?? Infinity, reference: watch.reference ?? Infinity },
      random,
    },
    seconds,
  };
  return crc === checksumOf(weights) ? checkpoint : damaged('CRC-32');
}

function checksumOf(tensors: Weights): number {
  let crc = 0;
  for (const name of [...tensors.keys()].sort()) {
    const { values } = tensorOf(tensors, name);
    crc = crc32(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), crc);
  }
  return crc;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined; // the caller names the file
  }
}
