import { logistic, pointwise } from './pointwise.js';

/** y = x s with s = sigmoid(x); dx = (s + x s (1 - s)) dy. */
export const swish = pointwise<'swish'>(
  (x) => x * logistic(x),
  (x, y) => logistic(x) * (1 + x - y),
);
