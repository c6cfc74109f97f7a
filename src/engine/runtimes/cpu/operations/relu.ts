import { pointwise } from './pointwise.js';

/** y = max(x, 0); dx = dy where x > 0. A NaN stays one. */
export const relu = pointwise<'relu'>(
  (x) => Math.max(x, 0),
  (x) => (x > 0 ? 1 : 0),
);
