// Makes the set of sample photographs: 4 classes of real photographs, all in the public domain or under CC0.
// They are the pictures of the activity "categorization" of GCompris (KDE), whose README files name the author,
// the source and the licence of each one. The same package and the same sharp give the same bytes. Nothing is
// fetched here; the pictures come from a Debian package, unpacked beforehand (outside the repository):
//
//   apt-get download gcompris-qt-data=3.1-2        (Debian 12)
//   dpkg-deb --extract gcompris-qt-data_3.1-2_all.deb gcompris
//
// Then, in the repository, after `npm ci`:
//
//   node scripts/sample-set/photos.mjs gcompris/usr/share/gcompris-qt/rcc/categorization.rcc [--out FOLDER]
//
// It replaces pictures/, set.json and CREDITS.md in FOLDER (resources/sample-photos unless told); LICENSES/ there
// is kept by hand.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { readResources } from './qt-resources.mjs';
import { writeJson } from './write-json.mjs';

/** @typedef {{ name: string, author: string, source: string, licence: string }} Credit */
/** @typedef {Credit & { file: string }} Photo */

const PACKAGE = { package: 'gcompris-qt-data', version: '3.1-2', file: 'categorization.rcc' };
const SHA256 = '984852ac8377a224c94e26a5bc8a13d0a589612030902c6d76c14509fef3c984';
const IMAGES = '/gcompris/src/activities/categorization/resource/images/';
const LONGEST_SIDE = 320;
const DEFAULT_OUT = fileURLToPath(new URL('../../resources/sample-photos', import.meta.url));

/** The licences taken, as the README files write them. A picture under any other is left out. */
const LICENCES = new Map([
  ['Public Domain', 'public domain'],
  ['CC0-1.0', 'CC0-1.0'],
]);

/** Each class: a folder of the activity and what the names of its files begin with. */
const CLASSES = [
  { name: 'fish', folder: 'fishes', prefix: '' },
  { name: 'monument', folder: 'monuments', prefix: '' },
  { name: 'tool', folder: 'tools', prefix: '' },
  { name: 'windmill', folder: 'renewable', prefix: 'windmill' },
];

/** Pictures left out, and why. */
const LEFT_OUT = new Map([
  ['bayterek', 'modern building, whose design may be protected where it stands'],
  ['burj', 'modern building, whose design may be protected where it stands'],
  ['leMusee', 'modern building, whose design may be protected where it stands'],
  ['jucheTower', 'the author is not named'],
  ['christTheRedeemer', 'the author is not named'],
  ['operaHouse', 'the author is not named'],
  ['spray', 'hardly a tool'],
]);

/** Names that a README spells otherwise than the file. */
const SPELT = new Map([['screDriver', 'screwDriver']]);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { out: { type: 'string', default: DEFAULT_OUT } },
});
if (positionals.length !== 1) throw new Error(`give the path of ${PACKAGE.file}`);
await makePhotos(positionals[0], values.out);

/**
 * @param {string} archive
 * @param {string} out
 */
async function makePhotos(archive, out) {
  const bytes = readFileSync(archive);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (sha256 !== SHA256) throw new Error(`${archive} is not that of ${PACKAGE.package} ${PACKAGE.version}`);
  const resources = readResources(bytes);
  rmSync(join(out, 'pictures'), { recursive: true, force: true });
  /** @type {Photo[]} */
  const photos = [];
  for (const { name, folder, prefix } of CLASSES) {
    const credits = creditsIn(resources, folder).filter((credit) => credit.name.startsWith(prefix));
    photos.push(...(await writeClass(name, folder, credits, resources, out)));
  }
  await writeJson(join(out, 'set.json'), describeSet(photos));
  writeFileSync(join(out, 'CREDITS.md'), creditsPage(photos));
  console.log(`${photos.length} photographs of ${CLASSES.length} classes`);
}

/**
 * Reads the credits of a folder's README and keeps those of the pictures to take.
 * @param {Map<string, Buffer>} resources
 * @param {string} folder
 * @returns {Credit[]}
 */
function creditsIn(resources, folder) {
  const readme = need(resources, `${IMAGES}${folder}/README`).toString('utf8');
  return readme
    .trim()
    .split(/\n\s*\n/)
    .map(readCredit)
    .filter((credit) => credit.licence !== '' && !LEFT_OUT.has(credit.name))
    .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
}

/**
 * @param {string} paragraph
 * @returns {Credit} with an empty licence where it is none of those taken
 */
function readCredit(paragraph) {
  const match = /^Copyright: (.+)\nSource: (.+)\nLicense: (.+)\nFiles:\s*\n(\w+)\.webp$/.exec(
    paragraph.trim(),
  );
  if (!match) throw new Error(`unreadable credit:\n${paragraph}`);
  const [, author, source, licence, name] = match;
  return { name: SPELT.get(name) ?? name, author, source, licence: LICENCES.get(licence) ?? '' };
}

/**
 * @param {string} className
 * @param {string} folder
 * @param {readonly Credit[]} credits
 * @param {Map<string, Buffer>} resources
 * @param {string} out
 * @returns {Promise<Photo[]>}
 */
async function writeClass(className, folder, credits, resources, out) {
  mkdirSync(join(out, 'pictures', className), { recursive: true });
  return Promise.all(
    credits.map(async (credit, i) => {
      const file = `${className}/${className}-${String(i + 1).padStart(2, '0')}.jpg`;
      const picture = sharp(need(resources, `${IMAGES}${folder}/${credit.name}.webp`))
        .resize(LONGEST_SIDE, LONGEST_SIDE, { fit: 'inside', withoutEnlargement: true })
        .flatten({ background: '#fff' })
        .jpeg({ quality: 85 });
      await picture.toFile(join(out, 'pictures', file));
      return { ...credit, file };
    }),
  );
}

/**
 * @param {Map<string, Buffer>} resources
 * @param {string} path
 */
function need(resources, path) {
  const bytes = resources.get(path);
  if (!bytes) throw new Error(`the archive has no ${path}`);
  return bytes;
}

/** @param {readonly Photo[]} photos */
function describeSet(photos) {
  return {
    name: 'sample-photos',
    classes: CLASSES.map(({ name }) => name),
    pictures: photos.length,
    script: 'scripts/sample-set/photos.mjs',
    source: { ...PACKAGE, sha256: SHA256 },
    licences: [...new Set(photos.map(({ licence }) => licence))].sort(),
  };
}

/** @param {readonly Photo[]} photos */
function creditsPage(photos) {
  const rows = photos.map(
    ({ file, author, licence, source }) => `- \`${file}\`: ${author}, ${licence}. <${source}>`,
  );
  return `# Credits of the sample photographs

Written by \`scripts/sample-set/photos.mjs\`. The photographs come from the activity "categorization" of
[GCompris](https://gcompris.net), as the Debian package \`${PACKAGE.package}\` ${PACKAGE.version} carries it. The
README files beside the pictures there name the author, the source and the licence of each one, and so does the
list below. All are in the public domain or under [CC0-1.0](LICENSES/CC0-1.0.txt); pictures under other licences
were left out.

The copyright file of the Debian package lists, under older names, pictures that GCompris has since replaced. It does
not describe these; the README files do.

Changed here: made smaller (no side over ${LONGEST_SIDE} pixels) and saved as JPEG under new names.

${rows.join('\n')}
`;
}
