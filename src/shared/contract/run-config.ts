import { z } from 'zod';
import { crops } from './preprocessing.js';

/**
 * THE table of what a run can be told, with the ranges and the defaults. The command line's `--set`, the
 * window's fields, the run folder and the checks all read this schema; no default stands anywhere else.
 * Every field has an effect; `test/engine/controls.test.ts` proves it for each.
 */
export const runConfigSchema = z.strictObject({
  version: z.literal(1).default(1),
  /** How much of the pretrained network learns. small: only the new softmax head. */
  strategy: z.enum(['small']).default('small'),
  /** A network of the catalogue. */
  network: z.string().min(1).default('efficientnet-lite0'),
  /** Side of the network's input in pixels; null: the network's own. */
  inputSize: z.int().min(64).max(512).multipleOf(32).nullable().default(null),
  crop: z.enum(crops).default('centre-square'),
  /** Decides split, start and order of the batches. */
  seed: z.int().min(0).max(4294967295).default(1),
  split: z
    .strictObject({
      /** Share of the pictures that choose between models. */
      validation: z.number().min(0.02).max(0.4).default(0.15),
      /** Share of the pictures that is looked at once, at the end. */
      test: z.number().min(0.02).max(0.4).default(0.15),
    })
    .prefault({}),
  epochs: z.int().min(1).max(10_000).default(200),
  batchSize: z.int().min(1).max(4096).default(16),
  optimizer: z
    .strictObject({
      kind: z.enum(['adam']).default('adam'),
      /** alpha */
      learningRate: z.number().positive().max(10).default(1e-3),
      beta1: z.number().min(0).max(0.9999).default(0.9),
      beta2: z.number().min(0).max(0.999999).default(0.999),
      epsilon: z.number().positive().max(1).default(1e-8),
    })
    .prefault({}),
  schedule: z.strictObject({ kind: z.enum(['constant', 'cosine']).default('constant') }).prefault({}),
  head: z
    .strictObject({
      /** xavier-uniform: U(-a, a), a = sqrt(6 / (fan_in + fan_out)) (Glorot and Bengio, 2010). */
      initialisation: z.enum(['xavier-uniform', 'zeros']).default('xavier-uniform'),
    })
    .prefault({}),
  regularisation: z
    .strictObject({
      /** Ridge: lambda * sum of squares of the head's kernel is added to the loss. */
      lambda: z.number().min(0).max(100).default(1e-4),
    })
    .prefault({}),
  earlyStopping: z
    .strictObject({
      enabled: z.boolean().default(true),
      /** Epochs without improvement of the validation loss before training stops. */
      patience: z.int().min(1).max(1000).default(8),
      /** The least fall of the validation loss that counts as an improvement. */
      minimumChange: z.number().min(0).max(1).default(1e-4),
    })
    .prefault({}),
});
export type RunConfig = z.infer<typeof runConfigSchema>;

export const defaultRunConfig: RunConfig = runConfigSchema.parse({});

/** The table as JSON schema: every setting with its range and default. */
export function runConfigJsonSchema(): object {
  return z.toJSONSchema(runConfigSchema, { io: 'input' });
}
