// Which drawings the sample set is made of: the three emoji families and the glyphs of each class.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @typedef {object} Family
 * @property {string} package
 * @property {string} version the only one accepted
 * @property {string} licence of the artwork; the package's own licence field names that of its code
 * @property {string} folder where the drawings lie in the package
 * @property {string} ending
 */

/** @typedef {{ file: string, glyph: string, family: string, mirrors: boolean }} Drawing */

/** @type {readonly Family[]} */
export const FAMILIES = [
  {
    package: 'emoji-datasource-google',
    version: '16.0.0',
    licence: 'Apache-2.0',
    folder: 'img/google/64',
    ending: '.png',
  },
  {
    package: 'emoji-datasource-twitter',
    version: '16.0.0',
    licence: 'CC-BY-4.0',
    folder: 'img/twitter/64',
    ending: '.png',
  },
  {
    package: '@lobehub/fluent-emoji-3d',
    version: '1.1.0',
    licence: 'MIT',
    folder: 'assets',
    ending: '.webp',
  },
];

/** Code points as the families name their files. */
const GLYPHS = {
  bird: '1f426 1f424 1f425 1f413 1f427 1f54a-fe0f 1f985 1f986 1f9a2 1f989 1f9a4 1f9a9 1f99a 1f99c 1fabf 1f983',
  car: '1f697 1f698 1f695 1f696 1f699 1f693 1f694 1f3ce-fe0f 1f6fb 1f690',
  cat: '1f431 1f408 1f408-200d-2b1b 1f63a 1f638 1f63b 1f63c 1f63d',
  dog: '1f436 1f415 1f9ae 1f415-200d-1f9ba 1f429',
  flower: '1f338 1fab7 1f3f5-fe0f 1f339 1f940 1f33a 1f33b 1f33c 1f337 1fabb 1f490',
  fruit:
    '1f347 1f348 1f349 1f34a 1f34b 1f34c 1f34d 1f96d 1f34e 1f34f 1f350 1f351 1f352 1f353 1fad0 1f95d 1f965',
};

/** Letters or numbers are painted on these. */
const NEVER_MIRRORED = new Set(['1f695', '1f696', '1f693', '1f694', '1f3ce-fe0f']);

export const CLASSES = Object.keys(GLYPHS);

/**
 * Refuses a folder that is not the unpacked package in its pinned version.
 * @param {Family} family
 * @param {string} root
 */
export function checkPackage(family, root) {
  const file = join(root, 'package.json');
  if (!existsSync(file)) throw new Error(`${root} is no unpacked npm package: it has no package.json`);
  const { name, version } = JSON.parse(readFileSync(file, 'utf8'));
  if (name === family.package && version === family.version) return;
  throw new Error(`${root} holds ${name} ${version}, not ${family.package} ${family.version}`);
}

/**
 * Every drawing of a class, in every family.
 * @param {string} className
 * @param {readonly string[]} roots the unpacked packages, in the order of FAMILIES
 * @returns {Drawing[]}
 */
export function drawingsOf(className, roots) {
  const glyphs = GLYPHS[/** @type {keyof typeof GLYPHS} */ (className)].split(' ');
  return FAMILIES.flatMap((family, i) =>
    glyphs.map((glyph) => ({
      file: findDrawing(join(roots[i], family.folder), glyph, family.ending),
      glyph,
      family: family.package,
      mirrors: !NEVER_MIRRORED.has(glyph),
    })),
  );
}

/**
 * Some families leave the variation selector out of a file's name.
 * @param {string} folder
 * @param {string} glyph
 * @param {string} ending
 */
function findDrawing(folder, glyph, ending) {
  const candidates = [glyph, glyph.replace('-fe0f', '')].map((name) => join(folder, name + ending));
  const found = candidates.find((file) => existsSync(file));
  if (!found) throw new Error(`no drawing ${candidates[0]}`);
  return found;
}
