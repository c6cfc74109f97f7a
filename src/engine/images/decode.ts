import type { FailOnOptions, Metadata } from 'sharp';
import {
  decodeSeconds,
  pixelLimit,
  sideLimit,
  type LeftOutReason,
  type NoteCode,
  type OutcomeFacts,
} from '../../shared/contract/outcomes.js';
import { flattenOnWhite } from './alpha.js';
import { isSrgb, readProfile } from './colour-profile.js';
import {
  announcedSides,
  endsEarly,
  isAnimatedPng,
  isAvifSequence,
  stillAvif,
  type Sides,
} from './container.js';
import { setUpDecoder, sharp } from './decoder.js';
import type { Bitmap, RefusedPicture } from './picture.js';

/** The formats that this version decodes. */
export const decodable = ['jpeg', 'png', 'gif', 'webp', 'tiff', 'avif'] as const;
export type DecodableFormat = (typeof decodable)[number];

/** The first frame, upright, 8 bit sRGB without alpha. */
export interface DecodedPicture {
  readonly kind: 'decoded';
  readonly bitmap: Bitmap;
  readonly notes: readonly NoteCode[];
}

/**
 * Decodes a picture in full, by the decode rule of the pixel contract. The header is read first: a picture
 * above `pixelLimit` or below `sideLimit` is refused before any pixel is decoded. Whatever the decoder
 * throws becomes a refusal; only codes and sizes leave, never its messages.
 *
 * The first pass stops at any flaw. A second one, for the few files that fail it, accepts flaws as long as
 * the file is not cut: so `damaged` is known for sure, while the decoder's warnings would not tell which of
 * several pictures in flight they belong to. `seconds` bounds each pass.
 */
export async function decode(
  file: Uint8Array,
  format: DecodableFormat,
  seconds = decodeSeconds,
): Promise<DecodedPicture | RefusedPicture> {
  setUpDecoder();
  const bytes = format === 'avif' ? stillAvif(file) : file;
  const header = await readHeader(bytes);
  if (header.kind === 'failed') {
    const announced = announcedSides(bytes, format);
    return tooLarge(announced) ?? gaveUp(bytes, format, header.message);
  }
  const { metadata } = header;
  // The decoder chooses its loader by its own look at the bytes.
  if (metadata.format !== (format === 'avif' ? 'heif' : format)) return refuse('unreadable', {});
  const { width, height } = metadata.autoOrient;
  const large = tooLarge(metadata.autoOrient);
  if (large) return large;
  if (Math.min(width, height) < sideLimit) return refuse('too-small', { width, height, limit: sideLimit });

  let pixels = await decodePixels(bytes, metadata, 'warning', seconds);
  const damaged = pixels.kind === 'failed';
  if (damaged) pixels = await decodePixels(bytes, metadata, 'truncated', seconds);
  if (pixels.kind === 'too-slow') return refuse('too-slow', { seconds });
  if (pixels.kind === 'failed') return gaveUp(bytes, format, pixels.message);

  const notes = headerNotes(file, format, metadata);
  if (pixels.transparent) notes.push('alpha-on-white');
  if (damaged) notes.push('damaged');
  return { kind: 'decoded', bitmap: pixels.bitmap, notes };
}

interface Failed {
  readonly kind: 'failed';
  readonly message: string;
}
type Header = { readonly kind: 'header'; readonly metadata: Metadata } | Failed;
type Pixels =
  | { readonly kind: 'pixels'; readonly bitmap: Bitmap; readonly transparent: boolean }
  | { readonly kind: 'too-slow' }
  | Failed;

async function readHeader(bytes: Uint8Array): Promise<Header> {
  try {
    // Without the decoder's own pixel limit, because its refusal would not name the sides.
    const metadata = await sharp(bytes, { failOn: 'truncated', limitInputPixels: false }).metadata();
    return { kind: 'header', metadata };
  } catch (error) {
    return { kind: 'failed', message: messageOf(error) };
  }
}

/**
 * One decoding pass. 16 bit become 8 by their upper byte. Of 16-bit colours with a profile sharp makes
 * Display P3, its working space, whatever the output: naming sRGB as the output's profile converts them.
 */
async function decodePixels(
  bytes: Uint8Array,
  metadata: Metadata,
  failOn: FailOnOptions,
  seconds: number,
): Promise<Pixels> {
  const withProfile = appliesProfile(metadata);
  try {
    const picture = sharp(bytes, { failOn, limitInputPixels: pixelLimit, ignoreIcc: !withProfile });
    if (withProfile && metadata.space === 'rgb16') picture.withIccProfile('srgb');
    picture
      .autoOrient()
      .toColourspace('srgb')
      .raw()
      .timeout({ seconds: Math.max(1, Math.ceil(seconds)) });
    const { data, info } = await picture.toBuffer({ resolveWithObject: true });
    const { width, height, channels } = info;
    if (channels === 3) return { kind: 'pixels', bitmap: { width, height, data }, transparent: false };
    if (channels !== 4) return { kind: 'failed', message: `${channels} channels` };
    const flat = flattenOnWhite(data);
    return { kind: 'pixels', bitmap: { width, height, data: flat.data }, transparent: flat.transparent };
  } catch (error) {
    const message = messageOf(error);
    return message.startsWith('timeout') ? { kind: 'too-slow' } : { kind: 'failed', message };
  }
}

/** True for a sound profile of the picture's own colours that is not sRGB; sharp skips 16-bit grey ones. */
function appliesProfile(metadata: Metadata): boolean {
  const profile = metadata.icc && readProfile(metadata.icc);
  if (!profile || isSrgb(profile)) return false;
  switch (metadata.space) {
    case 'srgb':
    case 'rgb16':
      return profile.space === 'RGB';
    case 'b-w':
      return profile.space === 'GRAY';
    case 'cmyk':
      return profile.space === 'CMYK';
    default:
      return false;
  }
}

function headerNotes(file: Uint8Array, format: DecodableFormat, metadata: Metadata): NoteCode[] {
  const notes: NoteCode[] = [];
  const animated = (format === 'png' && isAnimatedPng(file)) || (format === 'avif' && isAvifSequence(file));
  if (animated || (metadata.pages ?? 1) > 1) notes.push('first-frame');
  if (appliesProfile(metadata)) notes.push('profile-applied');
  if (metadata.space === 'cmyk') notes.push('cmyk');
  if (metadata.depth === 'ushort') notes.push('sixteen-bit');
  return notes;
}

/** `truncated` where the decoder or the container says that bytes are missing, else `unreadable`. */
function gaveUp(bytes: Uint8Array, format: DecodableFormat, message: string): RefusedPicture {
  const cut = /premature end of JPEG|bad seek|end of GIF/i.test(message) || endsEarly(bytes, format);
  return refuse(cut ? 'truncated' : 'unreadable', {});
}

function tooLarge({ width, height }: Sides): RefusedPicture | undefined {
  if (width * height <= pixelLimit) return undefined;
  return refuse('too-large', { width, height, limit: pixelLimit });
}

function refuse(reason: LeftOutReason, facts: OutcomeFacts): RefusedPicture {
  return { kind: 'left-out', reason, facts };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
