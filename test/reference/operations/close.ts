import assert from 'node:assert/strict';

import type { CpuTensor } from '../../../src/engine/runtimes/cpu/array.js';
import type { ReferenceTensor, ReferenceTensors } from './numbers.js';

/** A reference tensor as the runtime takes it, in float64. */
export function tensor({ shape, values }: ReferenceTensor): CpuTensor {
  return { shape, values: Float64Array.from(values) };
}

/** As `tensor`, of many by name. */
export function tensorsByName(references: ReferenceTensors): ReadonlyMap<string, CpuTensor> {
  return new Map(Object.entries(references).map(([name, reference]) => [name, tensor(reference)]));
}

/** The tensor of that name, which must be there. */
export function tensorNamed(tensors: ReadonlyMap<string, CpuTensor>, name: string): CpuTensor {
  const found = tensors.get(name);
  assert.ok(found, `there is no tensor ${name}`);
  return found;
}

/** A list as a record, for `assertAllClose`. */
export function byPosition<T>(list: readonly T[]): Readonly<Record<string, T>> {
  return Object.fromEntries(list.entries());
}

/**
 * Fails unless the shapes are equal and no value differs by more than `tolerance` times the largest value of the
 * expected tensor. (Not of each value: a sum that cancels to almost nothing has no digits of its own.)
 */
export function assertClose(
  actual: CpuTensor,
  expected: ReferenceTensor,
  tolerance: number,
  what: string,
): void {
  assert.deepEqual(actual.shape, expected.shape, `shape of ${what}`);
  assert.equal(actual.values.length, expected.values.length, `number of values of ${what}`);
  const largest = Math.max(...expected.values.map(Math.abs)) || 1;
  const difference = Math.max(...expected.values.map((value, i) => Math.abs(actual.values[i] - value)));
  const relative = difference / largest;
  assert.ok(relative <= tolerance, `${what} differs by ${relative} of its largest value, not ${tolerance}`);
}

/** As `assertClose`, for tensors by name; the names must be the same. */
export function assertAllClose(
  actual: Readonly<Record<string, CpuTensor | undefined>>,
  expected: ReferenceTensors,
  tolerance: number,
  what: string,
): void {
  assert.deepEqual(Object.keys(actual).sort(), Object.keys(expected).sort(), `names of ${what}`);
  for (const [name, found] of Object.entries(actual)) {
    assert.ok(found, `${what} of ${name} is missing`);
    assertClose(found, expected[name], tolerance, `${what} of ${name}`);
  }
}
