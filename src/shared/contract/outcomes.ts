/**
 * How each file of an import ends. Every file is used, used with a note, or left out for one reason of this
 * closed list; the sentences stand in `text/`.
 */
export const leftOutReasons = [
  /** 0 bytes. */
  'empty',
  /** Neither a picture by its content nor a format we know. */
  'not-a-picture',
  /** A picture format that this version does not read (`facts.format` names it). */
  'unsupported-format',
  /** A picture by its first bytes, but the decoder gives up. */
  'unreadable',
  /** The file ends before the picture does. */
  'truncated',
  /** More pixels than `pixelLimit`. */
  'too-large',
  /** A side shorter than `sideLimit`. */
  'too-small',
  /** Decoding took longer than `decodeSeconds`. */
  'too-slow',
  /** The decoding thread died over it, for example for want of memory. */
  'decoder-failed',
  /** The system refused to open the file. */
  'permission',
  /** It was listed a moment ago and is gone. */
  'vanished',
  /** Its name is not valid UTF-8, so that it cannot be opened by it. */
  'name-not-utf8',
  /** The disk or network drive failed while reading. */
  'read-error',
  /** Not below a class folder, or not named by the split file. */
  'no-class',
] as const;
export type LeftOutReason = (typeof leftOutReasons)[number];

export const noteCodes = [
  /** The suffix names another format than the content. */
  'wrong-suffix',
  /** Only the first frame or page is used. */
  'first-frame',
  /** An embedded colour profile was applied, so that the pixels are sRGB. */
  'profile-applied',
  /** Converted from CMYK. */
  'cmyk',
  /** Transparent parts were laid on white. */
  'alpha-on-white',
  /** 16 bit a channel were scaled to 8. */
  'sixteen-bit',
  /** The file has flaws, but the whole picture is there. */
  'damaged',
] as const;
export type NoteCode = (typeof noteCodes)[number];

/** How often each reason occurred, the most common first. */
export type ReasonCounts = readonly (readonly [LeftOutReason, number])[];

/** Facts for the sentences: sizes in pixels, formats by name. */
export type OutcomeFacts = Readonly<Record<string, string | number>>;

export type Outcome =
  | { readonly kind: 'used' }
  | { readonly kind: 'note'; readonly notes: readonly NoteCode[] }
  | { readonly kind: 'left-out'; readonly reason: LeftOutReason; readonly facts: OutcomeFacts };

/** 16,383 x 16,383 pixels, sharp's own default: one limit for every format. */
export const pixelLimit = 268_402_689;
/** The shortest side that still shows something. */
export const sideLimit = 2;
/** The longest that one picture may take to decode, in seconds. */
export const decodeSeconds = 30;
