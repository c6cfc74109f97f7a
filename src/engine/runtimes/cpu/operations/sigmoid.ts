import { logistic, pointwise } from './pointwise.js';

/** y = 1 / (1 + e^-x); dx = y (1 - y) dy. */
export const sigmoid = pointwise<'sigmoid'>(logistic, (_x, y) => y * (1 - y));
