import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { AdamOptions } from '../../../src/engine/training/optimizers/adam.js';
import { repositoryRoot } from '../../support/repository.js';

/** Adam on f(w) = sum k (w - c)^2 / 2; `steps` are the weights after each update. */
export interface QuadraticCase {
  readonly name: string;
  readonly rate: number;
  readonly options: AdamOptions;
  readonly start: readonly number[];
  readonly curvature: readonly number[];
  readonly centre: readonly number[];
  readonly steps: readonly (readonly number[])[];
}

/** W [classes, features] and b [classes], row by row. */
export interface ReferenceHead {
  readonly weights: readonly number[];
  readonly bias: readonly number[];
}

/** Adam (its defaults but for the rate) on the mean cross-entropy over all pictures plus Ridge. */
export interface RegressionCase {
  readonly name: string;
  /** lambda */
  readonly ridge: number;
  readonly rate: number;
  readonly count: number;
  readonly features: number;
  readonly classes: number;
  readonly rows: readonly number[];
  readonly labels: readonly number[];
  readonly start: ReferenceHead;
  /** Plain cross-entropy before each update. */
  readonly losses: readonly number[];
  /** Of the plain cross-entropy, before the first update. */
  readonly gradient: ReferenceHead;
  readonly end: ReferenceHead;
}

interface TrainingNumbers {
  readonly quadratics: readonly QuadraticCase[];
  readonly regressions: readonly RegressionCase[];
}

const path = join(repositoryRoot, 'test/reference/training/numbers.json');

/** PyTorch's numbers; the cast holds because make.py, beside this file, writes exactly this shape. */
export const trainingNumbers = JSON.parse(readFileSync(path, 'utf8')) as TrainingNumbers;
