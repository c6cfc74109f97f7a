/** One measured ratio; `ratio` above 1 means that the product is better. */
export interface Row {
  readonly bench: string;
  readonly against: string;
  readonly ratio: number;
  readonly product: number;
  readonly peer: number;
  /** Of what `product` and `peer` are. */
  readonly unit: string;
  /** Share of the machine's matrix-multiply limit that the product reaches; null where it has none. */
  readonly limit: number | null;
  readonly aim: number;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
