import { largestIndex } from '../training/head-step.js';

/** What a trained model does on one set of labelled pictures. Shapes: C classes, n pictures. */
export interface Metrics {
  readonly count: number;
  /** Share whose likeliest class is the true one. */
  readonly accuracy: number;
  /** 95 % Wilson interval of the accuracy. */
  readonly interval: readonly [number, number];
  /** Mean F1 over the classes; a class that neither occurs nor is predicted counts as 0. */
  readonly macroF1: number;
  /** Mean -log of the true class's probability, in nats. */
  readonly logLoss: number;
  /** [true class][predicted class] */
  readonly confusion: readonly (readonly number[])[];
  readonly classes: readonly ClassMetrics[];
}

export interface ClassMetrics {
  readonly name: string;
  /** Pictures of this class. */
  readonly count: number;
  /** Of those called so, the share that is so; null where none was called so. */
  readonly precision: number | null;
  /** Of those that are so, the share called so; null where there is none. */
  readonly recall: number | null;
  readonly f1: number;
}

/**
 * @param labels true class of each picture [n]
 * @param probabilities row by row [n, C], float64 so that a tiny probability keeps its logarithm
 * @param names of the classes, in the order of the columns [C]
 */
export function metricsOf(
  labels: ArrayLike<number>,
  probabilities: Float64Array,
  names: readonly string[],
): Metrics {
  const count = labels.length;
  const confusion = names.map(() => names.map(() => 0));
  let [correct, logLoss] = [0, 0];
  for (let i = 0; i < count; i++) {
    const row = probabilities.subarray(i * names.length, (i + 1) * names.length);
    const predicted = largestIndex(row);
    confusion[labels[i]][predicted]++;
    if (predicted === labels[i]) correct++;
    logLoss -= Math.log(Math.max(row[labels[i]], Number.MIN_VALUE));
  }
  const classes = names.map((name, c) => classMetrics(name, c, confusion));
  return {
    count,
    accuracy: count === 0 ? 0 : correct / count,
    interval: wilson(correct, count),
    macroF1: classes.reduce((sum, each) => sum + each.f1, 0) / names.length,
    logLoss: count === 0 ? 0 : logLoss / count,
    confusion,
    classes,
  };
}

/**
 * Wilson score interval (Wilson, 1927) of k hits in n, z = 1.96:
 * (p + z^2 / 2n -+ z sqrt(p (1 - p) / n + z^2 / 4n^2)) / (1 + z^2 / n)
 */
export function wilson(hits: number, count: number, z = 1.959963984540054): readonly [number, number] {
  if (count === 0) return [0, 1];
  const p = hits / count;
  const centre = p + (z * z) / (2 * count);
  const reach = z * Math.sqrt((p * (1 - p)) / count + (z * z) / (4 * count * count));
  const scale = 1 + (z * z) / count;
  return [Math.max(0, (centre - reach) / scale), Math.min(1, (centre + reach) / scale)];
}

function classMetrics(name: string, c: number, confusion: readonly (readonly number[])[]): ClassMetrics {
  const hits = confusion[c][c];
  const are = confusion[c].reduce((sum, n) => sum + n, 0);
  const called = confusion.reduce((sum, row) => sum + row[c], 0);
  return {
    name,
    count: are,
    precision: called === 0 ? null : hits / called,
    recall: are === 0 ? null : hits / are,
    f1: are + called === 0 ? 0 : (2 * hits) / (are + called),
  };
}
