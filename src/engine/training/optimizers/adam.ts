/**
 * Adam (Kingma and Ba, 2015), one tensor at a time:
 *
 *     v <- beta1 v + (1 - beta1) dw          s <- beta2 s + (1 - beta2) dw^2
 *     w <- w - alpha v^ / (sqrt(s^) + epsilon),   v^ = v / (1 - beta1^t),   s^ = s / (1 - beta2^t)
 */
export interface AdamOptions {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/** Running means of one tensor's gradient and of its square; both as long as the tensor. */
export interface AdamMoments {
  readonly first: Float32Array;
  readonly second: Float32Array;
}

export function adamMoments(size: number): AdamMoments {
  return { first: new Float32Array(size), second: new Float32Array(size) };
}

/** Updates `weights` and `moments` in place. `step` counts from 1; `rate` is alpha. */
export function adamUpdate(
  weights: Float32Array,
  gradient: Float32Array,
  moments: AdamMoments,
  options: AdamOptions,
  rate: number,
  step: number,
): void {
  const { beta1, beta2, epsilon } = options;
  const { first, second } = moments;
  const correction1 = 1 - beta1 ** step;
  const correction2 = 1 - beta2 ** step;
  for (let i = 0; i < weights.length; i++) {
    const dw = gradient[i];
    const v = beta1 * first[i] + (1 - beta1) * dw;
    const s = beta2 * second[i] + (1 - beta2) * dw * dw;
    first[i] = v;
    second[i] = s;
    weights[i] -= (rate * (v / correction1)) / (Math.sqrt(s / correction2) + epsilon);
  }
}
