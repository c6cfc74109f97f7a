import type { OperationKind } from '../../../graph/node.js';
import { zeros } from '../array.js';
import type { CpuOperation } from '../operation.js';

/**
 * An operation on each value by itself: y = f(x), dx = f'(x) dy. Any shape.
 *
 * @param f the function
 * @param slope its derivative at x, where y = f(x) may be used
 */
export function pointwise<Kind extends OperationKind>(
  f: (x: number) => number,
  slope: (x: number, y: number) => number,
): CpuOperation<Kind> {
  return {
    forward(_node, [{ shape, values: x }], _weights, { precision }) {
      const y = zeros(x.length, precision);
      for (let i = 0; i < x.length; i++) y[i] = f(x[i]);
      return { shape, values: y };
    },
    backward(_node, [{ shape, values: x }], _weights, { values: y }, { values: dy }, { precision }) {
      const dx = zeros(x.length, precision);
      for (let i = 0; i < x.length; i++) dx[i] = slope(x[i], y[i]) * dy[i];
      return { inputs: [{ shape, values: dx }], weights: {} };
    },
  };
}

/** 1 / (1 + e^-x); far from zero it ends at 0 or 1 without overflow. */
export function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
