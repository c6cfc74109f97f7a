/** What an ICC profile says about itself. */
export interface ColourProfile {
  /** The colours that it takes: `RGB`, `GRAY`, `CMYK`, ... */
  readonly space: string;
  readonly description: string;
}

/**
 * Reads header and description of an ICC profile; undefined where it is none. Layout (ICC.1:2022): colour
 * space at 16, `acsp` at 36, number of tags at 128, then 12 bytes a tag: signature, offset, size.
 */
export function readProfile(icc: Uint8Array): ColourProfile | undefined {
  const bytes = Buffer.from(icc.buffer, icc.byteOffset, icc.byteLength);
  if (bytes.length < 132 || bytes.toString('latin1', 36, 40) !== 'acsp') return undefined;
  const space = bytes.toString('latin1', 16, 20).trim();
  const tags = Math.min(bytes.readUInt32BE(128), 100);
  for (let tag = 0; tag < tags; tag += 1) {
    const at = 132 + tag * 12;
    if (at + 12 > bytes.length) break;
    if (bytes.toString('latin1', at, at + 4) !== 'desc') continue;
    const offset = bytes.readUInt32BE(at + 4);
    const size = bytes.readUInt32BE(at + 8);
    return { space, description: text(bytes.subarray(offset, offset + size)) };
  }
  return { space, description: '' };
}

/**
 * sRGB goes by many profiles that differ in the last digits ("sRGB IEC61966-2.1", "GIMP built-in sRGB", the
 * small "c2", "uRGB" and "nRGB" that web services embed): their pixels are taken as stored. The name decides; linear ones are another space.
 */
export function isSrgb(profile: ColourProfile): boolean {
  if (profile.space !== 'RGB' || /linear/i.test(profile.description)) return false;
  return (
    /\bsRGB|IEC ?61966-2[-.]1/i.test(profile.description) ||
    /^(?:c2(?:ci)?|[un]RGB)$/.test(profile.description)
  );
}

/** A description is `desc` (ICC 2: ASCII with its length) or `mluc` (ICC 4: UTF-16, first language). */
function text(tag: Buffer): string {
  const kind = tag.toString('latin1', 0, 4);
  if (kind === 'desc' && tag.length >= 12) {
    return tag.toString('latin1', 12, 12 + tag.readUInt32BE(8)).replace(/\0.*$/s, '');
  }
  if (kind === 'mluc' && tag.length >= 28) {
    const length = tag.readUInt32BE(20);
    const offset = tag.readUInt32BE(24);
    const pairs = Buffer.from(tag.subarray(offset, offset + length - (length % 2)));
    return pairs.length % 2 === 0 ? pairs.swap16().toString('utf16le').replace(/\0.*$/s, '') : '';
  }
  return '';
}
