import type { RunConfig } from '../../shared/contract/run-config.js';
import { FailureError } from '../../shared/contract/failures.js';
import { readCheckpoint, writeCheckpoint, type Checkpoint } from '../training/checkpoint.js';
import { loadPart } from '../training/dataset.js';
import { shouldStop } from '../training/early-stopping.js';
import { goesOn, startHead, trainEpoch, type HeadState } from '../training/head-loop.js';
import { score, type Score } from '../training/head-step.js';
import type { SoftmaxHead } from '../training/softmax-head.js';
import { expectGoingOn, type Context } from './context.js';
import type { RunData } from './formats.js';
import type { Frozen } from './frozen.js';
import { exists } from './project-folder.js';
import { runFiles } from './run-folder.js';
import type { RunLog } from './run-log.js';

export interface TrainedHead {
  /** The one with the lowest validation loss. */
  readonly head: SoftmaxHead;
  readonly validation: Score & { readonly count: number };
  readonly epochs: number;
  readonly bestEpoch: number;
  readonly stoppedEarly: boolean;
}

export interface TrainHeadOptions {
  readonly run: string;
  readonly config: RunConfig;
  readonly frozen: Frozen;
  readonly data: RunData;
  readonly log: RunLog;
}

/** Pictures below which the validation part decides little; told once. */
const smallValidation = 30;

/** Epochs may be a fraction of a second long: a checkpoint then comes once a second, and at the end. */
const secondsBetweenCheckpoints = 1;

/**
 * Trains the head on stored features from the last checkpoint or from the start. After a crash the epochs since
 * the checkpoint are repeated, with the same numbers. On cancel the last epoch is kept.
 */
export async function trainHead(context: Context, options: TrainHeadOptions): Promise<TrainedHead> {
  const { run, config, frozen, data, log } = options;
  const { labels, pictures } = data;
  const { features } = frozen.card;
  const training = await loadPart(pictures, 'training', labels, frozen.store, features);
  const validation = await loadPart(pictures, 'validation', labels, frozen.store, features);
  if (validation.count < smallValidation) {
    context.emit({ event: 'note', note: { code: 'validation-small', pictures: validation.count } });
  }
  const path = runFiles(run).checkpoint;
  let { state, seconds } = await startingPoint(context, path, config, features, labels.length);
  let since = performance.now();
  let saved = since;
  while (goesOn(state, config)) {
    const trained = trainEpoch(state, config, training, validation);
    state = trained.state;
    const now = performance.now();
    seconds += (now - since) / 1000;
    since = now;
    await log.epoch({ event: 'epoch', run, ...trained.figures, seconds });
    context.emit({ event: 'progress', stage: 'training', done: state.epoch, of: config.epochs });
    await new Promise(setImmediate); // a cancel, and whoever watches, gets a turn
    const isLast = !goesOn(state, config) || context.signal?.aborted === true;
    if (isLast || now - saved > secondsBetweenCheckpoints * 1000) {
      await writeCheckpoint(path, { state, seconds });
      saved = performance.now();
    }
    expectGoingOn(context);
  }
  return {
    head: state.best,
    validation: { ...score(state.best, validation), count: validation.count },
    epochs: state.epoch,
    bestEpoch: state.watch.bestEpoch,
    stoppedEarly: shouldStop(state.watch, config.earlyStopping),
  };
}

async function startingPoint(
  context: Context,
  path: string,
  config: RunConfig,
  features: number,
  classes: number,
): Promise<Checkpoint> {
  if (!(await exists(path))) {
    const state: HeadState = startHead(config, features, classes);
    return { state, seconds: 0 };
  }
  const checkpoint = await readCheckpoint(path, features, classes).catch((error: unknown) => {
    if (error instanceof FailureError && error.failure.code === 'file-damaged') return undefined;
    throw error;
  });
  if (checkpoint === undefined) {
    // Nothing is lost but time: the same seed on the same features gives the same epochs again.
    context.emit({ event: 'note', note: { code: 'checkpoint-damaged', path } });
    return { state: startHead(config, features, classes), seconds: 0 };
  }
  context.emit({ event: 'note', note: { code: 'resumed', epoch: checkpoint.state.epoch } });
  return checkpoint;
}
