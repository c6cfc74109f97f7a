// Draws the built-in sample set: 6 classes of 60 pictures, emoji laid on painted backgrounds, for the first
// minute with the app. The same seed and the same sharp give the same bytes. Nothing is fetched here; the
// drawings come from three npm packages, unpacked beforehand (outside the repository):
//
//   npm pack emoji-datasource-google@16.0.0
//   npm pack emoji-datasource-twitter@16.0.0
//   npm pack @lobehub/fluent-emoji-3d@1.1.0
//   for file in *.tgz; do mkdir "${file%.tgz}" && tar xzf "$file" -C "${file%.tgz}" --strip-components=1; done
//
// Then, in the repository, after `npm ci`:
//
//   node scripts/sample-set/make.mjs GOOGLE_FOLDER TWITTER_FOLDER FLUENT_FOLDER [--seed N] [--out FOLDER]
//
// It replaces pictures/ and set.json in FOLDER (resources/sample-set unless told). LICENSES/ and CREDITS.md
// there are kept by hand: see to them when a family or a version changes.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { CLASSES, FAMILIES, checkPackage, drawingsOf } from './artwork.mjs';
import { composePicture } from './compose.mjs';
import { randomFrom } from './random.mjs';
import { writeJson } from './write-json.mjs';

/** @typedef {import('./artwork.mjs').Drawing} Drawing */

const PICTURES_PER_CLASS = 60;
const DEFAULT_OUT = fileURLToPath(new URL('../../resources/sample-set', import.meta.url));

const { values, positionals: roots } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: 'string', default: '1' }, out: { type: 'string', default: DEFAULT_OUT } },
});
if (roots.length !== FAMILIES.length) {
  throw new Error(`give the unpacked folders of ${FAMILIES.map((family) => family.package).join(', ')}`);
}
FAMILIES.forEach((family, i) => checkPackage(family, roots[i]));
const seed = Number(values.seed);
if (!Number.isSafeInteger(seed)) throw new Error('--seed takes a whole number');
await makeSet(roots, seed, values.out);

/**
 * @param {readonly string[]} roots
 * @param {number} seed
 * @param {string} out
 */
async function makeSet(roots, seed, out) {
  rmSync(join(out, 'pictures'), { recursive: true, force: true });
  let bytes = 0;
  for (const className of CLASSES) bytes += await makeClass(className, roots, seed, out);
  await writeJson(join(out, 'set.json'), describeSet(seed));
  const count = CLASSES.length * PICTURES_PER_CLASS;
  console.log(`${count} pictures of ${CLASSES.length} classes, ${(bytes / 1e6).toFixed(2)} MB`);
}

/**
 * @param {string} className
 * @param {readonly string[]} roots
 * @param {number} seed
 * @param {string} out
 * @returns {Promise<number>} the bytes written
 */
async function makeClass(className, roots, seed, out) {
  const folder = join(out, 'pictures', className);
  mkdirSync(folder, { recursive: true });
  const drawings = deal(drawingsOf(className, roots), `${seed}/${className}`);
  let bytes = 0;
  for (const [i, drawing] of drawings.entries()) {
    const number = String(i + 1).padStart(2, '0');
    const picture = await composePicture(randomFrom(`${seed}/${className}/${number}`), drawing);
    writeFileSync(join(folder, `${className}-${number}.jpg`), picture);
    bytes += picture.length;
  }
  return bytes;
}

/**
 * Uses every drawing as often as every other, give or take one.
 * @param {readonly Drawing[]} drawings
 * @param {string} seed
 */
function deal(drawings, seed) {
  const random = randomFrom(seed);
  /** @type {Drawing[]} */
  const dealt = [];
  while (dealt.length < PICTURES_PER_CLASS) dealt.push(...random.shuffled(drawings));
  return random.shuffled(dealt.slice(0, PICTURES_PER_CLASS));
}

/** @param {number} seed */
function describeSet(seed) {
  return {
    name: 'sample',
    classes: CLASSES,
    pictures: CLASSES.length * PICTURES_PER_CLASS,
    seed,
    script: 'scripts/sample-set/make.mjs',
    families: FAMILIES.map(({ package: name, version, licence }) => ({ package: name, version, licence })),
  };
}
