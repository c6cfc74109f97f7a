import { fail } from '../../shared/contract/failures.js';
import type { RunConfig } from '../../shared/contract/run-config.js';
import { Random, type RandomState } from '../../shared/random.js';
import { nothingWatched, shouldStop, watch, type Watch } from './early-stopping.js';
import { headWorkspace } from './head-products.js';
import { forwardBackward, score, type Score } from './head-step.js';
import { adamMoments, adamUpdate, type AdamMoments } from './optimizers/adam.js';
import { addRidgeGradient, ridgePenalty } from './ridge.js';
import { learningRateAt } from './schedules.js';
import { copyHead, newHead, type LabelledFeatures, type SoftmaxHead } from './softmax-head.js';

/** Everything that the next epoch depends on: what a checkpoint holds. */
export interface HeadState {
  /** Epochs done. */
  readonly epoch: number;
  /** Updates done. */
  readonly step: number;
  readonly head: SoftmaxHead;
  readonly moments: { readonly weights: AdamMoments; readonly bias: AdamMoments };
  /** The head with the lowest validation loss so far. */
  readonly best: SoftmaxHead;
  readonly watch: Watch;
  /** Of the generator that shuffles. */
  readonly random: RandomState;
}

export interface EpochFigures {
  readonly epoch: number;
  /** Over the epoch's batches as they were met: the loss includes the penalty. */
  readonly training: Score;
  /** Plain cross-entropy; what early stopping watches. */
  readonly validation: Score;
  /** At the last update. */
  readonly learningRate: number;
  /** Whether this epoch has the lowest validation loss so far. */
  readonly best: boolean;
}

export type HeadSettings = Pick<
  RunConfig,
  'seed' | 'epochs' | 'batchSize' | 'optimizer' | 'schedule' | 'head' | 'regularisation' | 'earlyStopping'
>;

/** A head before its first epoch. */
export function startHead(settings: HeadSettings, features: number, classes: number): HeadState {
  const { seed } = settings;
  const head = newHead(settings.head.initialisation, features, classes, Random.stream(seed, 'start'));
  return {
    epoch: 0,
    step: 0,
    head,
    moments: { weights: adamMoments(head.weights.length), bias: adamMoments(head.bias.length) },
    best: copyHead(head),
    watch: nothingWatched,
    random: Random.stream(seed, 'shuffle').state,
  };
}

/** Whether another epoch is to come. */
export function goesOn(state: HeadState, settings: HeadSettings): boolean {
  return state.epoch < settings.epochs && !shouldStop(state.watch, settings.earlyStopping);
}

/**
 * One pass over the training pictures in mini-batches. Each update has three steps: forward gives the loss,
 * the chain rule gives dL/dw, the optimizer moves each weight against it.
 *
 * The weights and moments of `state` are changed in place. Throws `diverged` where the loss is no number.
 */
export function trainEpoch(
  state: HeadState,
  settings: HeadSettings,
  training: LabelledFeatures,
  validation: LabelledFeatures,
): { state: HeadState; figures: EpochFigures } {
  const { batchSize, optimizer, regularisation } = settings;
  const { head, moments } = state;
  const random = Random.restore(state.random);
  const order = random.permutation(training.count);
  const stepsPerEpoch = Math.ceil(training.count / batchSize);
  const work = headWorkspace(head, Math.min(batchSize, training.count));
  const epoch = state.epoch + 1;
  let { step } = state;
  let [loss, correct, rate] = [0, 0, 0];
  for (let from = 0; from < training.count; from += batchSize) {
    const to = Math.min(from + batchSize, training.count);
    const batch = forwardBackward(head, training, order, from, to, work);
    loss += batch.loss + (to - from) * ridgePenalty(head.weights, regularisation.lambda);
    correct += batch.correct;
    addRidgeGradient(work.weights, head.weights, regularisation.lambda);
    rate = learningRateAt(
      settings.schedule.kind,
      optimizer.learningRate,
      step,
      settings.epochs * stepsPerEpoch,
    );
    step++;
    adamUpdate(head.weights, work.weights, moments.weights, optimizer, rate, step);
    adamUpdate(head.bias, work.bias, moments.bias, optimizer, rate, step);
  }
  const reached = score(head, validation);
  if (!Number.isFinite(loss) || !Number.isFinite(reached.loss)) {
    fail({ code: 'diverged', epoch, learningRate: rate });
  }
  const watched = watch(state.watch, epoch, reached.loss, settings.earlyStopping);
  const best = watched.bestEpoch === epoch;
  return {
    state: {
      ...state,
      epoch,
      step,
      best: best ? copyHead(head) : state.best,
      watch: watched,
      random: random.state,
    },
    figures: {
      epoch,
      training: { loss: loss / training.count, accuracy: correct / training.count },
      validation: reached,
      learningRate: rate,
      best,
    },
  };
}
