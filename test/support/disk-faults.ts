import type { TestContext } from 'node:test';
import { faults } from '../../src/engine/files/disk.js';

/** Lets every write fail as the system does with that code, until the test ends. */
export function failWrites(t: Pick<TestContext, 'after'>, code: string): void {
  failWritesWith(t, Object.assign(new Error(`${code}: made by the test`), { code, syscall: 'write' }));
}

/** As `failWrites`, with any error. */
export function failWritesWith(t: Pick<TestContext, 'after'>, error: Error): void {
  t.after(writesWork);
  faults.beforeWrite = () => {
    throw error;
  };
}

/** Ends `failWrites` early. */
export function writesWork(): void {
  faults.beforeWrite = undefined;
}
