import type { RunConfig } from '../../shared/contract/run-config.js';
import { assertNever } from '../../shared/assert-never.js';

/**
 * The learning rate at a step (0 .. steps - 1) of a run that is planned to have `steps` updates.
 *
 * - constant: alpha
 * - cosine: alpha (1 + cos(pi step / steps)) / 2 (Loshchilov and Hutter, 2017, without restarts)
 */
export function learningRateAt(
  kind: RunConfig['schedule']['kind'],
  alpha: number,
  step: number,
  steps: number,
): number {
  switch (kind) {
    case 'constant':
      return alpha;
    case 'cosine':
      return (alpha * (1 + Math.cos((Math.PI * step) / steps))) / 2;
    default:
      return assertNever(kind);
  }
}
