import type { OperationKind } from '../../../graph/node.js';
import type { Emit } from '../emit.js';
import { add } from './add.js';
import { averagePool } from './average-pool.js';
import { batchNorm } from './batch-norm.js';
import { conv } from './conv.js';
import { dense } from './dense.js';
import { depthwise } from './depthwise.js';
import { dropout } from './dropout.js';
import { flatten } from './flatten.js';
import { globalAveragePool } from './global-average-pool.js';
import { hardSwish } from './hard-swish.js';
import { input } from './input.js';
import { maxPool } from './max-pool.js';
import { multiply } from './multiply.js';
import { normalise } from './normalise.js';
import { pad } from './pad.js';
import { relu } from './relu.js';
import { relu6 } from './relu6.js';
import { sigmoid } from './sigmoid.js';
import { softmax } from './softmax.js';
import { swish } from './swish.js';

/** How each operation is written in ONNX; a missing one is a compile error. */
export const emitters: { readonly [Kind in OperationKind]: Emit<Kind> } = {
  input,
  normalise,
  pad,
  conv,
  depthwise,
  'batch-norm': batchNorm,
  relu,
  relu6,
  swish,
  'hard-swish': hardSwish,
  sigmoid,
  add,
  multiply,
  'global-average-pool': globalAveragePool,
  'max-pool': maxPool,
  'average-pool': averagePool,
  flatten,
  dropout,
  dense,
  softmax,
};
