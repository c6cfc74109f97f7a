import { pointwise } from './pointwise.js';

/** y = min(max(x, 0), 6); dx = dy where 0 < x < 6. A NaN stays one. */
export const relu6 = pointwise<'relu6'>(
  (x) => Math.min(Math.max(x, 0), 6),
  (x) => (x > 0 && x < 6 ? 1 : 0),
);
