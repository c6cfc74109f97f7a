import { fail } from '../../shared/contract/failures.js';
import { cpuRuntime } from './cpu/runtime.js';
import { onnxRuntime } from './onnx/runtime.js';
import type { Runtime, RuntimeName } from './runtime.js';
import { selfTest, selfTestTolerance } from './self-test.js';

/** A runtime that was looked for on this machine. */
export type Probe =
  | {
      readonly state: 'ready';
      readonly name: RuntimeName;
      readonly runtime: Runtime;
      readonly difference: number;
    }
  | { readonly state: 'refused'; readonly name: RuntimeName; readonly difference: number }
  | { readonly state: 'missing'; readonly name: RuntimeName; readonly reason: string };

/** All runtimes of this version, the fastest first. */
export const runtimeNames: readonly RuntimeName[] = ['onnx', 'cpu'];

/** Loads a runtime and proves it on the self-test. `threads`: as many as a run to be resumed had. */
export async function probe(name: RuntimeName, threads?: number): Promise<Probe> {
  try {
    return await judge(name === 'cpu' ? cpuRuntime() : await onnxRuntime(threads));
  } catch (error) {
    return { state: 'missing', name, reason: error instanceof Error ? error.message : String(error) };
  }
}

/** Ready where the runtime passes the self-test, else refused; a NaN is refused. */
export async function judge(runtime: Runtime): Promise<Probe> {
  const difference = await selfTest(runtime);
  return difference <= selfTestTolerance
    ? { state: 'ready', name: runtime.name, runtime, difference }
    : { state: 'refused', name: runtime.name, difference };
}

/**
 * The fastest runtime that gives the self-test's stored answer, and those that were passed over. Throws
 * `no-runtime` where there is none: the plain reference is always there, so this means that it, or what it shares
 * with the others, computes wrongly on this machine.
 */
export async function chooseRuntime(): Promise<{ runtime: Runtime; passedOver: readonly Probe[] }> {
  const passedOver: Probe[] = [];
  for (const name of runtimeNames) {
    const found = await probe(name);
    if (found.state === 'ready') return { runtime: found.runtime, passedOver };
    passedOver.push(found);
  }
  const reasons = passedOver.map((each) => `${each.name}: ${each.state}`).join('; ');
  return fail({ code: 'no-runtime', reasons });
}
