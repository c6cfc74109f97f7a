import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { GraphNode } from '../../../src/engine/graph/node.js';
import { repositoryRoot } from '../../support/repository.js';

export interface ReferenceTensor {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

export type ReferenceTensors = Readonly<Record<string, ReferenceTensor>>;

/** One operation: forward, and its gradients for `gradient` = dL/dy. */
export interface OperationCase {
  readonly name: string;
  readonly node: GraphNode;
  readonly mask?: readonly number[];
  readonly inputs: readonly ReferenceTensor[];
  readonly weights: ReferenceTensors;
  readonly output: ReferenceTensor;
  readonly gradient: ReferenceTensor;
  readonly inputGradients: readonly ReferenceTensor[];
  readonly weightGradients: ReferenceTensors;
}

export interface LossCase {
  readonly name: string;
  readonly logits: ReferenceTensor;
  readonly targets: ReferenceTensor;
  readonly sampleWeights?: readonly number[];
  readonly loss: number;
  readonly gradient: ReferenceTensor;
}

/** A small residual network with every operation; input node `picture`, last node `probabilities`. */
export interface NetworkCase {
  readonly nodes: readonly GraphNode[];
  readonly weights: ReferenceTensors;
  readonly input: ReferenceTensor;
  readonly masks: Readonly<Record<string, readonly number[]>>;
  readonly output: ReferenceTensor;
  readonly gradient: ReferenceTensor;
  readonly inputGradient: ReferenceTensor;
  readonly weightGradients: ReferenceTensors;
}

interface ReferenceNumbers {
  readonly operations: readonly OperationCase[];
  readonly losses: readonly LossCase[];
  readonly network: NetworkCase;
}

const path = join(repositoryRoot, 'test/reference/operations/numbers.json');

/** PyTorch's numbers; the cast holds because make.py, beside this file, writes exactly this shape. */
export const referenceNumbers = JSON.parse(readFileSync(path, 'utf8')) as ReferenceNumbers;
