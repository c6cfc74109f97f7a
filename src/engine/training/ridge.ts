/**
 * Ridge: lambda * sum theta^2 is added to the loss, 2 lambda theta to the gradient. Kernels only, never biases.
 * (PyTorch's `weight_decay` is 2 lambda.)
 */
export function addRidgeGradient(gradient: Float32Array, weights: Float32Array, lambda: number): void {
  if (lambda === 0) return;
  for (let i = 0; i < weights.length; i++) gradient[i] += 2 * lambda * weights[i];
}

export function ridgePenalty(weights: Float32Array, lambda: number): number {
  if (lambda === 0) return 0;
  let sum = 0;
  for (let i = 0; i < weights.length; i++) sum += weights[i] * weights[i];
  return lambda * sum;
}
