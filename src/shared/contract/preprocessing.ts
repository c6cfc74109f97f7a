import { z } from 'zod';

/**
 * The pixel contract: how a picture file becomes the numbers a network sees. Written as
 * `preprocessing.json` into every run and export; preview, training, evaluation, prediction and the exports'
 * own samples all follow it to the byte.
 *
 * crop:
 * - `centre-square`: side = min(w, h), left = floor((w - side) / 2), top = floor((h - side) / 2), handed to
 *   the resampler as its box (the filter reads pixels outside the box at its edge: never crop first).
 * - `fit-and-pad`: the whole picture, scaled so that its longer side is `size` (the other side is
 *   floor((2 * side * size + longer) / (2 * longer)), at least 1), centred at floor((size - side) / 2), the
 *   rest filled with `pad`.
 * - `stretch`: the whole picture to size x size.
 *
 * resample `pillow-bilinear-v1`: Pillow's 8-bit two-pass antialiased bilinear with integer coefficients, along
 * the rows first, rounded to 8 bit, then along the columns. (Pillow 12.2 and later turn the order round for some
 * tall pictures: call it once for each direction.)
 */
export const crops = ['centre-square', 'fit-and-pad', 'stretch'] as const;
export type Crop = (typeof crops)[number];

const perChannel = z.tuple([z.number(), z.number(), z.number()]).readonly();

export const preprocessingSchema = z.strictObject({
  format: z.literal('headstart-preprocessing'),
  version: z.literal(1),
  decode: z.strictObject({
    /** EXIF and irot orientation are applied. */
    orientation: z.literal('applied'),
    /** 8 bit sRGB; grey repeated to three channels; of 16 bit the upper byte. */
    colour: z.literal('srgb-8bit'),
    /** Embedded profiles and CMYK are converted to sRGB by libvips with this intent. */
    profile: z.literal('libvips-perceptual'),
    /** out = floor((c * a + 255 * (255 - a) + 127) / 255) */
    alpha: z.literal('on-white'),
    /** Of several frames or pages the first. */
    frame: z.literal('first'),
  }),
  crop: z.enum(crops),
  /** Fill of `fit-and-pad`, RGB 0..255. */
  pad: perChannel,
  resample: z.literal('pillow-bilinear-v1'),
  size: z.int().min(32).max(1024),
  channels: z.literal('RGB'),
  layout: z.literal('NHWC'),
  range: z.tuple([z.literal(0), z.literal(255)]).readonly(),
  /** x * scale + offset, float32, inside the exported graph. */
  scale: perChannel,
  offset: perChannel,
  /** In the order of the output's columns. */
  labels: z.array(z.string()).readonly(),
  /** SHA-256 (hex) over the weights of network and head. */
  weights: z.string(),
});
export type Preprocessing = z.infer<typeof preprocessingSchema>;

/** The part of the contract that decides the pixels; its hash is a part of the stored features' key. */
export type PixelRule = Pick<Preprocessing, 'decode' | 'crop' | 'pad' | 'resample' | 'size'>;

/** The rule for a crop and an input side in pixels. */
export function pixelRule(crop: Crop, size: number): PixelRule {
  return {
    decode: {
      orientation: 'applied',
      colour: 'srgb-8bit',
      profile: 'libvips-perceptual',
      alpha: 'on-white',
      frame: 'first',
    },
    crop,
    pad: [127, 127, 127],
    resample: 'pillow-bilinear-v1',
    size,
  };
}
