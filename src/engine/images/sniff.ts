/** Formats that a file can be told to have by its first bytes. */
const formatNames = {
  jpeg: 'JPEG',
  png: 'PNG',
  gif: 'GIF',
  webp: 'WEBP',
  tiff: 'TIFF',
  avif: 'AVIF',
  heic: 'HEIC',
  bmp: 'BMP',
  ico: 'ICO',
  svg: 'SVG',
  pdf: 'PDF',
  psd: 'PSD',
  jp2: 'JPEG 2000',
  jxl: 'JPEG XL',
  tga: 'TGA',
  qoi: 'QOI',
  hdr: 'HDR',
  exr: 'EXR',
  dds: 'DDS',
  pnm: 'PNM',
  eps: 'EPS',
  raw: 'RAW',
  mp4: 'MP4',
  avi: 'AVI',
  webm: 'WEBM',
  zip: 'ZIP',
  gzip: 'GZIP',
  unknown: '',
} as const;
export type Format = keyof typeof formatNames;

/** The name of a format in upper case, for `facts.format`. */
export function formatName(format: Format): string {
  return formatNames[format];
}

/** The format by content alone. Reads the first 4 kB and, for TGA, the last 18 bytes. */
export function formatByContent(bytes: Uint8Array): Format {
  const head = latin1(bytes, 0, 4096);
  const known = magics.find(([, magic]) => magic.some((text) => head.startsWith(text)));
  if (known) return known[0];
  if (head.startsWith('RIFF')) return byRiff(head);
  if (head.startsWith('ftyp', 4)) return byBrands(bytes, head);
  if (isTiff(head)) return isRawTiff(bytes, head) ? 'raw' : 'tiff';
  if (isBmp(bytes, head)) return 'bmp';
  if (/^P[1-7][\s#]/.test(head)) return 'pnm';
  if (svgStart.test(head)) return 'svg';
  if (latin1(bytes, bytes.length - 18, bytes.length).startsWith('TRUEVISION-XFILE')) return 'tga';
  return 'unknown';
}

/** The format that a file's suffix names; `unknown` for none and for suffixes of no picture format. */
export function formatBySuffix(fileName: string): Format {
  const dot = fileName.lastIndexOf('.');
  if (dot < 0) return 'unknown';
  return suffixes.get(fileName.slice(dot + 1).toLowerCase()) ?? 'unknown';
}

/** The damaged signatures that a transfer in text mode leaves still count as PNG: it can be said by name. */
const magics: readonly (readonly [Format, readonly string[]])[] = [
  ['jpeg', ['\xff\xd8']],
  ['png', ['\x89PNG']],
  ['gif', ['GIF87a', 'GIF89a']],
  ['ico', ['\0\0\x01\0']],
  ['pdf', ['%PDF-']],
  ['eps', ['%!PS', '\xc5\xd0\xd3\xc6']],
  ['psd', ['8BPS']],
  ['jp2', ['\0\0\0\x0cjP  ', '\xff\x4f\xff\x51']],
  ['jxl', ['\0\0\0\x0cJXL ', '\xff\x0a']],
  ['qoi', ['qoif']],
  ['hdr', ['#?RADIANCE', '#?RGBE']],
  ['exr', ['\x76\x2f\x31\x01']],
  ['dds', ['DDS ']],
  // Olympus, Panasonic, Fujifilm, Sigma, Minolta. Canon, Nikon, Sony and DNG are TIFF files.
  ['raw', ['IIRO', 'IIRS', 'MMOR', 'IIU\0', 'FUJIFILMCCD-RAW', 'FOVb', '\0MRM']],
  ['webm', ['\x1a\x45\xdf\xa3']],
  ['zip', ['PK\x03\x04', 'PK\x05\x06']],
  ['gzip', ['\x1f\x8b']],
];

const suffixes: ReadonlyMap<string, Format> = new Map(
  (
    [
      ['jpeg', 'jpg jpeg jpe jfif jfi jif pjpeg pjp mpo'],
      ['png', 'png apng'],
      ['gif', 'gif'],
      ['webp', 'webp'],
      ['tiff', 'tif tiff btf tf8'],
      ['avif', 'avif avifs'],
      ['heic', 'heic heics heif heifs hif'],
      ['bmp', 'bmp dib rle'],
      ['ico', 'ico cur'],
      ['svg', 'svg svgz'],
      ['pdf', 'pdf'],
      ['psd', 'psd psb'],
      ['jp2', 'jp2 j2k j2c jpc jpf jpx jpm'],
      ['jxl', 'jxl'],
      ['tga', 'tga icb vda vst targa'],
      ['qoi', 'qoi'],
      ['hdr', 'hdr rgbe pic'],
      ['exr', 'exr'],
      ['dds', 'dds'],
      ['pnm', 'pbm pgm ppm pnm pam'],
      ['eps', 'eps'],
      [
        'raw',
        '3fr arw cr2 cr3 crw dcr dng erf fff iiq kdc mef mos mrw nef nrw orf pef raf raw rw2 rwl sr2 srf srw x3f',
      ],
      ['mp4', 'mp4 m4v mov 3gp'],
      ['avi', 'avi'],
      ['webm', 'webm mkv'],
      ['zip', 'zip'],
      ['gzip', 'gz'],
    ] as const
  ).flatMap(([format, names]) => names.split(' ').map((name) => [name, format] as const)),
);

/** An SVG element behind nothing but a byte order mark, a prologue, comments and a doctype. */
const svgStart =
  /^(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*|<!--[\s\S]*?-->\s*|<!DOCTYPE\s+svg[^>[]*(?:\[[^\]]*\]\s*)?>\s*)*<(?:\w+:)?svg[\s>]/i;

function byRiff(head: string): Format {
  const kind = head.slice(8, 12);
  if (kind === 'WEBP') return 'webp';
  return kind === 'AVI ' ? 'avi' : 'unknown';
}

/** ISO base media: the brands of the `ftyp` box, major first. A file with any AVIF brand is AVIF. */
function byBrands(bytes: Uint8Array, head: string): Format {
  const end = Math.min(new DataView(bytes.buffer, bytes.byteOffset).getUint32(0), head.length);
  const brands = [head.slice(8, 12)];
  for (let at = 16; at + 4 <= end; at += 4) brands.push(head.slice(at, at + 4));
  if (brands.some((brand) => brand === 'avif' || brand === 'avis')) return 'avif';
  if (brands.some((brand) => /^(?:hei[cxms]|hev[cxms]|mif1|msf1)$/.test(brand))) return 'heic';
  return brands[0] === 'crx ' ? 'raw' : 'mp4';
}

function isTiff(head: string): boolean {
  return ['II*\0', 'MM\0*', 'II+\0', 'MM\0+'].some((magic) => head.startsWith(magic));
}

/**
 * Raw pictures of Canon (a mark behind the header) and DNG (its version tag in the first directory) pose as
 * TIFF with a thumbnail as the first page: decoding them would train on the thumbnail.
 */
function isRawTiff(bytes: Uint8Array, head: string): boolean {
  if (head.startsWith('CR', 8)) return true;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const little = head.startsWith('I');
  if (bytes.length < 8 || view.getUint16(2, little) !== 42) return false;
  const directory = view.getUint32(4, little);
  if (directory + 2 > bytes.length) return false;
  const entries = view.getUint16(directory, little);
  for (let at = directory + 2; at < directory + 2 + entries * 12 && at + 2 <= bytes.length; at += 12) {
    if (view.getUint16(at, little) === dngVersionTag) return true;
  }
  return false;
}
const dngVersionTag = 50706;

/** `BM` alone also begins texts: the size of the second header tells. */
function isBmp(bytes: Uint8Array, head: string): boolean {
  if (!head.startsWith('BM') || bytes.length < 18) return false;
  const header = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(14, true);
  return [12, 16, 40, 52, 56, 64, 108, 124].includes(header);
}

function latin1(bytes: Uint8Array, from: number, to: number): string {
  const part = bytes.subarray(Math.max(0, from), Math.max(0, to));
  return Buffer.from(part.buffer, part.byteOffset, part.byteLength).toString('latin1');
}
