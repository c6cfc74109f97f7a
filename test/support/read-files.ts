import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { readPicture } from '../../src/engine/images/read-picture.js';
import { pixelRule } from '../../src/shared/contract/preprocessing.js';

/**
 * A program for a child process, because some files are made to crash or exhaust their reader: reads each
 * file that standard input names (a JSON array of paths) and prints one line of JSON for each, in order.
 */
const paths = JSON.parse(readFileSync(0, 'utf8')) as string[];
const rule = pixelRule('centre-square', 224);
for (const path of paths) {
  const result = await readPicture(readFileSync(path), basename(path), rule);
  const line = result.kind === 'read' ? { ...result, pixels: thumbnail(result.pixels) } : result;
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** Means over 14 x 14 pixels: [16, 16, 3]. */
function thumbnail(pixels: Uint8Array): number[] {
  const sums = new Array<number>(16 * 16 * 3).fill(0);
  for (let i = 0; i < pixels.length; i += 1) {
    const x = Math.floor(i / 3) % 224;
    const y = Math.floor(i / 3 / 224);
    sums[(Math.floor(y / 14) * 16 + Math.floor(x / 14)) * 3 + (i % 3)] += pixels[i] / 196;
  }
  return sums;
}
