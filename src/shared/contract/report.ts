import { z } from 'zod';

/** `report.json` of a finished run, and what `evaluate` answers. */
export const metricsSchema = z.object({
  count: z.int(),
  accuracy: z.number(),
  interval: z.tuple([z.number(), z.number()]).readonly(),
  macroF1: z.number(),
  logLoss: z.number(),
  confusion: z.array(z.array(z.number()).readonly()).readonly(),
  classes: z
    .array(
      z.object({
        name: z.string(),
        count: z.int(),
        precision: z.number().nullable(),
        recall: z.number().nullable(),
        f1: z.number(),
      }),
    )
    .readonly(),
});

export const reportSchema = z.object({
  format: z.literal('headstart-report'),
  version: z.literal(1),
  strategy: z.string(),
  network: z.string(),
  /** On the untouched test part, once, after all choices. */
  test: metricsSchema,
  validation: z.object({ loss: z.number(), accuracy: z.number(), count: z.int() }),
  /** Epochs trained, and the one whose weights were kept. */
  epochs: z.int(),
  bestEpoch: z.int(),
  stoppedEarly: z.boolean(),
  seconds: z.number(),
  runtime: z.string(),
  peakMemoryBytes: z.int(),
  /** How many pictures the frozen network was run over; the others were stored. */
  computed: z.int(),
  /** The pass over the pictures: listing, reading, hashing, decoding, features. */
  readingSeconds: z.number(),
});
export type Report = z.infer<typeof reportSchema>;
