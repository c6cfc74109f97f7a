import { z } from 'zod';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const perChannel = z.tuple([z.number(), z.number(), z.number()]);

/** `card.json`: what is known of a network before it is loaded. Other fields are for people. */
export const cardSchema = z.looseObject({
  format: z.literal('headstart-network'),
  version: z.literal(1),
  id: z.string(),
  name: z.string(),
  /** The choice it stands for: balanced, accurate, finest detail. */
  label: z.string(),
  input: z.strictObject({
    /** Side in pixels. */
    size: z.int().min(32),
    channels: z.literal('RGB'),
    /** x * scale + offset on 0..255 */
    scale: perChannel,
    offset: perChannel,
  }),
  /** Length of the pooled features. */
  features: z.int(),
  parameters: z.int(),
  multiplyAdds: z.int(),
  blocks: z.int(),
  licence: z.string(),
  graphSha256: sha256,
  weightsSha256: sha256,
});
export type NetworkCard = z.infer<typeof cardSchema>;
