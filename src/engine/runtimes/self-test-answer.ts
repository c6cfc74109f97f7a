/**
 * What the self-test's network answers: logits [3, 5], row by row. From PyTorch 2.15.0 in float64 on the
 * processor, made by `test/reference/self-test/make.py` from the same weights and pixels.
 */
export const selfTestAnswer: readonly number[] = [
  6.07509942284, 5.39478990904, 0.0545726436163, 0.539789634242, -0.173455479161, 5.58107444289,
  6.53041124724, -0.545344582109, 0.510470054301, 0.7829692228, 6.22160190583, 5.21405927878, 1.02968855152,
  0.0930008244079, 1.7083409755,
];
