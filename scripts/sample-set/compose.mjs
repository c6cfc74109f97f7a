// One picture: a background, a drawing laid on it with its shadow, then the light and grain of a camera.
import sharp from 'sharp';
import { paintBackground } from './backgrounds.mjs';

/** @typedef {import('./random.mjs').Random} Random */
/** @typedef {import('./artwork.mjs').Drawing} Drawing */
/** @typedef {{ pixels: Float64Array, width: number, height: number }} Canvas RGB, row by row */
/** @typedef {{ data: Buffer, width: number, height: number }} Sprite RGBA, row by row */
/** @typedef {{ left: number, top: number }} Place */

const CLEAR = { r: 0, g: 0, b: 0, alpha: 0 };
const SHADOW_MARGIN = 24;

/**
 * @param {Random} random
 * @param {Drawing} drawing
 * @returns {Promise<Buffer>} a JPEG
 */
export async function composePicture(random, drawing) {
  const { width, height } = anySize(random);
  const canvas = { pixels: paintBackground(random, width, height), width, height };
  const sprite = await spriteOf(random, drawing, Math.min(width, height));
  const place = { left: random.whole(0, width - sprite.width), top: random.whole(0, height - sprite.height) };
  await layShadow(random, canvas, sprite, place);
  laySprite(canvas, sprite, place);
  const picture = sharp(light(random, canvas), { raw: { width, height, channels: 3 } });
  if (random.chance(0.3)) picture.blur(random.between(0.4, 0.9));
  return picture.jpeg({ quality: 85 }).toBuffer();
}

/** @param {Random} random */
function anySize(random) {
  const short = random.whole(200, 256);
  const long = Math.min(360, Math.round(short * random.between(1, 1.45)));
  return random.chance(0.5) ? { width: long, height: short } : { width: short, height: long };
}

/**
 * The drawing without its margins, turned, sized and recoloured a little.
 * @param {Random} random
 * @param {Drawing} drawing
 * @param {number} room the shorter side of the picture
 * @returns {Promise<Sprite>}
 */
async function spriteOf(random, drawing, room) {
  const size = Math.round(room * random.between(0.5, 0.84));
  const angle = (random.between(-1, 1) + random.between(-1, 1)) * 16;
  const mirrored = drawing.mirrors && random.chance(0.5);
  const colours = {
    brightness: random.between(0.88, 1.1),
    saturation: random.between(0.75, 1.15),
    hue: random.whole(-10, 10),
  };
  const trimmed = await sharp(drawing.file)
    .ensureAlpha()
    .trim({ background: CLEAR, threshold: 10 })
    .toBuffer();
  // Drawings are small: enlarge them past what is needed, so that turning and sizing lose nothing.
  const large = await sharp(trimmed).resize(384, 384, { fit: 'inside', kernel: 'cubic' }).toBuffer();
  const turned = await sharp(large).flop(mirrored).rotate(angle, { background: CLEAR }).toBuffer();
  const { data, info } = await sharp(turned)
    .trim({ background: CLEAR, threshold: 10 })
    .resize(size, size, { fit: 'inside' })
    .modulate(colours)
    .raw()
    .toBuffer({ resolveWithObject: true });
  return crisp({ data, width: info.width, height: info.height });
}

/**
 * Steepens the outline that enlarging has blurred.
 * @param {Sprite} sprite
 */
function crisp(sprite) {
  for (let i = 3; i < sprite.data.length; i += 4) {
    sprite.data[i] = Math.max(0, Math.min(255, (sprite.data[i] - 128) * 1.8 + 128));
  }
  return sprite;
}

/**
 * Darkens (seldom brightens) the ground around the drawing, which also lifts it off a like-coloured ground.
 * @param {Random} random
 * @param {Canvas} canvas
 * @param {Sprite} sprite
 * @param {Place} place
 */
async function layShadow(random, { pixels, width, height }, sprite, { left, top }) {
  const shadow = await shadowOf(sprite, random.between(2.5, 7));
  const strength = random.between(0.35, 0.6);
  const tone = random.chance(0.25) ? 245 : 15;
  const [dx, dy] = [random.whole(-5, 5), random.whole(-2, 7)];
  for (let y = 0; y < shadow.height; y++) {
    const py = y + top + dy - SHADOW_MARGIN;
    if (py < 0 || py >= height) continue;
    for (let x = 0; x < shadow.width; x++) {
      const px = x + left + dx - SHADOW_MARGIN;
      if (px < 0 || px >= width) continue;
      const alpha = (shadow.data[y * shadow.width + x] / 255) * strength;
      blend(pixels, (py * width + px) * 3, [tone, tone, tone], 0, alpha);
    }
  }
}

/**
 * @param {Sprite} sprite
 * @param {number} sigma
 */
async function shadowOf(sprite, sigma) {
  const { data, width, height } = sprite;
  const margin = { top: SHADOW_MARGIN, bottom: SHADOW_MARGIN, left: SHADOW_MARGIN, right: SHADOW_MARGIN };
  const alpha = await sharp(data, { raw: { width, height, channels: 4 } })
    .extractChannel(3)
    .png()
    .toBuffer();
  const wide = await sharp(alpha)
    .extend({ ...margin, background: '#000' })
    .toBuffer();
  const blurred = await sharp(wide).blur(sigma).extractChannel(0).raw().toBuffer({ resolveWithObject: true });
  return { data: blurred.data, width: blurred.info.width, height: blurred.info.height };
}

/**
 * @param {Canvas} canvas
 * @param {Sprite} sprite
 * @param {Place} place
 */
function laySprite({ pixels, width }, sprite, { left, top }) {
  for (let y = 0; y < sprite.height; y++) {
    for (let x = 0; x < sprite.width; x++) {
      const from = (y * sprite.width + x) * 4;
      blend(pixels, ((y + top) * width + x + left) * 3, sprite.data, from, sprite.data[from + 3] / 255);
    }
  }
}

/**
 * @param {Float64Array} pixels
 * @param {number} at
 * @param {ArrayLike<number>} colour
 * @param {number} from
 * @param {number} alpha
 */
function blend(pixels, at, colour, from, alpha) {
  for (let c = 0; c < 3; c++) pixels[at + c] += (colour[from + c] - pixels[at + c]) * alpha;
}

/**
 * Uneven, tinted light over the whole picture, and some grain.
 * @param {Random} random
 * @param {Canvas} canvas
 */
function light(random, { pixels, width, height }) {
  const angle = random.between(0, 2 * Math.PI);
  const fall = random.between(0, 0.28);
  const tint = [random.between(0.94, 1.06), 1, random.between(0.94, 1.06)];
  const exposure = random.between(0.86, 1.1);
  const grain = random.between(0, 7);
  const bytes = new Uint8Array(pixels.length);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const side = (x / width - 0.5) * Math.cos(angle) + (y / height - 0.5) * Math.sin(angle);
      const level = exposure * (1 + side * fall * 2);
      const speck = (random.next() + random.next() - 1) * grain;
      for (let c = 0; c < 3; c++, at++) {
        bytes[at] = Math.max(0, Math.min(255, Math.round(pixels[at] * level * tint[c] + speck)));
      }
    }
  }
  return bytes;
}
