import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { Random } from '../../src/shared/random.js';

/** What the pictures of a class show; the class can be told by any of shape and colour. */
export interface Motif {
  readonly shape: 'circle' | 'square' | 'stripes' | 'triangle';
  /** Hue in degrees. */
  readonly hue: number;
}

/** Classes that are easy to tell apart. */
export const motifs = {
  discs: { shape: 'circle', hue: 0 },
  boxes: { shape: 'square', hue: 120 },
  bands: { shape: 'stripes', hue: 230 },
} as const satisfies Readonly<Record<string, Motif>>;

export interface DrawOptions {
  readonly classes?: Readonly<Record<string, Motif>>;
  /** Pictures in each class. */
  readonly each?: number;
  readonly seed?: number;
  /** 0: nothing but the motif; 1: hardly to be recognised. */
  readonly noise?: number;
}

/**
 * Draws a folder `class/00.png` ... of pictures, 64 to 96 pixels a side, the same for the same seed. Returns the
 * folder.
 */
export async function drawSet(folder: string, options: DrawOptions = {}): Promise<string> {
  const { classes = motifs, each = 12, seed = 1, noise = 0 } = options;
  for (const [name, motif] of Object.entries(classes)) {
    const random = Random.stream(seed, `pictures of ${name}`);
    for (let i = 0; i < each; i++) {
      await drawPicture(join(folder, name, `${String(i).padStart(2, '0')}.png`), motif, random, noise);
    }
  }
  return folder;
}

/** Draws one picture; the path's suffix decides the format. */
export async function drawPicture(path: string, motif: Motif, random: Random, noise = 0): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  const [width, height] = [64 + random.below(33), 64 + random.below(33)];
  const drawing = await sharp(Buffer.from(svgOf(motif, width, height, random)))
    .flatten({ background: '#ffffff' })
    .raw()
    .toBuffer();
  for (let i = 0; i < drawing.length; i++) {
    drawing[i] = Math.round((1 - noise) * drawing[i] + noise * 255 * random.uniform());
  }
  await sharp(drawing, { raw: { width, height, channels: 3 } }).toFile(path);
}

function svgOf({ shape, hue }: Motif, width: number, height: number, random: Random): string {
  const paper = `hsl(${random.below(360)}, 15%, ${80 + random.below(15)}%)`;
  const ink = `hsl(${hue + random.below(30) - 15}, 80%, ${35 + random.below(20)}%)`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
<rect width="100%" height="100%" fill="${paper}"/>${shapeOf(shape, width, height, ink, random)}</svg>`;
}

function shapeOf(shape: Motif['shape'], width: number, height: number, ink: string, random: Random): string {
  const size = Math.min(width, height) * (0.25 + 0.15 * random.uniform());
  const [x, y] = [width * (0.4 + 0.2 * random.uniform()), height * (0.4 + 0.2 * random.uniform())];
  switch (shape) {
    case 'circle':
      return `<circle cx="${x}" cy="${y}" r="${size}" fill="${ink}"/>`;
    case 'square':
      return `<rect x="${x - size}" y="${y - size}" width="${2 * size}" height="${2 * size}" fill="${ink}"/>`;
    case 'triangle':
      return `<path d="M ${x} ${y - size} L ${x + size} ${y + size} L ${x - size} ${y + size} Z" fill="${ink}"/>`;
    case 'stripes':
      return Array.from(
        { length: 6 },
        (_, i) =>
          `<rect x="0" y="${(i * height) / 6}" width="${width}" height="${height / 13}" fill="${ink}"/>`,
      ).join('');
  }
}
