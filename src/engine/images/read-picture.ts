import { decodeSeconds, type NoteCode } from '../../shared/contract/outcomes.js';
import type { PixelRule } from '../../shared/contract/preprocessing.js';
import { toPixels } from './contract.js';
import { decodable, decode, type DecodableFormat } from './decode.js';
import type { PictureResult, RefusedPicture } from './picture.js';
import { formatByContent, formatBySuffix, formatName, type Format } from './sniff.js';

/**
 * A picture file as the pixels that a network sees. The file name serves only to tell its suffix. Never
 * throws for a bad file: each ends as a refusal with one reason. `seconds` bounds each decoding pass.
 */
export async function readPicture(
  bytes: Uint8Array,
  fileName: string,
  rule: PixelRule,
  seconds = decodeSeconds,
): Promise<PictureResult> {
  if (bytes.length === 0) return { kind: 'left-out', reason: 'empty', facts: {} };
  const bySuffix = formatBySuffix(fileName);
  const format = identify(formatByContent(bytes), bySuffix);
  if (!isDecodable(format)) return notDecoded(format);

  const decoded = await decode(bytes, format, seconds);
  if (decoded.kind === 'left-out') return decoded;
  const { bitmap } = decoded;
  const notes: NoteCode[] = isWrongSuffix(bySuffix, format) ? ['wrong-suffix'] : [];
  return {
    kind: 'read',
    pixels: toPixels(bitmap, rule),
    width: bitmap.width,
    height: bitmap.height,
    notes: [...notes, ...decoded.notes],
  };
}

/**
 * The content decides, but for what it cannot tell: the raw formats of cameras that pose as TIFF, a packed
 * SVG, and TGA files without a mark.
 */
function identify(byContent: Format, bySuffix: Format): Format {
  if (byContent === 'tiff' && bySuffix === 'raw') return 'raw';
  if (byContent === 'gzip' && bySuffix === 'svg') return 'svg';
  if (byContent === 'unknown' && bySuffix === 'tga') return 'tga';
  return byContent;
}

function isDecodable(format: Format): format is DecodableFormat {
  return decodable.some((one) => one === format);
}

function notDecoded(format: Format): RefusedPicture {
  if (format === 'unknown' || format === 'zip' || format === 'gzip') {
    return { kind: 'left-out', reason: 'not-a-picture', facts: {} };
  }
  return { kind: 'left-out', reason: 'unsupported-format', facts: { format: formatName(format) } };
}

/** `.heif` names the container that AVIF shares. */
function isWrongSuffix(bySuffix: Format, format: DecodableFormat): boolean {
  if (bySuffix === 'heic' && format === 'avif') return false;
  return bySuffix !== 'unknown' && bySuffix !== format;
}
