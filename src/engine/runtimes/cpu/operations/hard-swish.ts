import { pointwise } from './pointwise.js';

/** y = x min(max(x + 3, 0), 6) / 6; dx = 0 below -3, dy above 3, (2 x + 3) / 6 dy between. */
export const hardSwish = pointwise<'hard-swish'>(
  (x) => (x * Math.min(Math.max(x + 3, 0), 6)) / 6,
  (x) => {
    if (x <= -3) return 0;
    return x >= 3 ? 1 : (2 * x + 3) / 6;
  },
);
