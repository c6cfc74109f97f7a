import assert from 'node:assert/strict';
import { FailureError, type Failure } from '../../src/shared/contract/failures.js';

/** The failure with which the work ends. Fails where it ends well; any other error passes on. */
export async function failureOf(work: () => unknown): Promise<Failure> {
  const failure = await failureIn(work);
  assert.ok(failure, 'ended without a failure');
  return failure;
}

/** As `failureOf`, undefined where the work ends well: for inputs of which only the manner of ending is known. */
export async function failureIn(work: () => unknown): Promise<Failure | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (error instanceof FailureError) return error.failure;
    throw error;
  }
}
