/** What early stopping has seen so far. */
export interface Watch {
  /** The lowest watched figure, and the epoch (from 1) that had it; 0: none yet. */
  readonly best: number;
  readonly bestEpoch: number;
  /** Epochs since the last improvement by at least `minimumChange`. */
  readonly waited: number;
  /** The figure from which the next improvement is measured. */
  readonly reference: number;
}

export interface Patience {
  readonly enabled: boolean;
  readonly patience: number;
  readonly minimumChange: number;
}

export const nothingWatched: Watch = { best: Infinity, bestEpoch: 0, waited: 0, reference: Infinity };

/**
 * Plateau rule: training stops when the watched figure (lower is better) has not improved by `minimumChange`
 * for `patience` epochs. The best weights are those of the lowest figure, however small the improvement.
 */
export function watch(before: Watch, epoch: number, figure: number, { minimumChange }: Patience): Watch {
  const improved = figure < before.reference - minimumChange;
  const isBest = figure < before.best;
  return {
    best: isBest ? figure : before.best,
    bestEpoch: isBest ? epoch : before.bestEpoch,
    waited: improved ? 0 : before.waited + 1,
    reference: improved ? figure : before.reference,
  };
}

export function shouldStop(state: Watch, { enabled, patience }: Patience): boolean {
  return enabled && state.waited >= patience;
}
