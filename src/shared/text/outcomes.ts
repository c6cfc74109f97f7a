import { assertNever } from '../assert-never.js';
import type { LeftOutReason, NoteCode, Outcome, OutcomeFacts, ReasonCounts } from '../contract/outcomes.js';
import { decodeSeconds, pixelLimit, sideLimit } from '../contract/outcomes.js';
import { grouped } from './numbers.js';

const reasons: { readonly [Reason in LeftOutReason]: (facts: OutcomeFacts) => string } = {
  empty: () => 'the file is empty (0 bytes): copy it again from where it came from',
  'not-a-picture': () => 'this is not a picture',
  'unsupported-format': ({ format }) =>
    `${format ?? 'this format'} is not read by this version: save it as JPEG or PNG`,
  unreadable: () => 'the picture is damaged and cannot be decoded: save it anew',
  truncated: () => 'the file ends before the picture does: copy it again from where it came from',
  'too-large': ({ width, height }) =>
    width === undefined
      ? `the file is larger than 500 MB: save it smaller`
      : `${width} x ${height} is more than ${grouped(pixelLimit)} pixels: scale it down`,
  'too-small': () => `a side is shorter than ${sideLimit} pixels`,
  'too-slow': () => `decoding took longer than ${decodeSeconds} s`,
  'decoder-failed': () =>
    'the decoder broke down over it, perhaps for want of memory: try again, or save it anew',
  permission: () => 'the system does not allow to open it: change its permissions',
  'name-not-utf8': () => 'its name is not valid UTF-8 and cannot be used: rename it',
  vanished: () => 'it was here a moment ago and is gone',
  'read-error': () => 'the drive failed while reading: check it and import again',
  'no-class': () => 'it lies in no class folder, or the split file does not name it',
};

const notes: { readonly [Code in NoteCode]: string } = {
  'wrong-suffix': 'the suffix names another format than the content',
  'first-frame': 'only the first frame or page is used',
  'profile-applied': 'its colour profile was applied',
  cmyk: 'converted from CMYK',
  'alpha-on-white': 'transparent parts were laid on white',
  'sixteen-bit': '16 bit were scaled to 8',
  damaged: 'the file has flaws, but the picture is there',
};

export function reasonText(reason: LeftOutReason, facts: OutcomeFacts): string {
  return reasons[reason](facts);
}

/** For counts: "damaged 3, empty 1". */
const reasonNames: { readonly [Reason in LeftOutReason]: string } = {
  empty: 'empty',
  'not-a-picture': 'not a picture',
  'unsupported-format': 'format not read',
  unreadable: 'damaged',
  truncated: 'cut off',
  'too-large': 'too large',
  'too-small': 'too small',
  'too-slow': 'too slow',
  'decoder-failed': 'decoder failed',
  permission: 'not allowed',
  'name-not-utf8': 'name not UTF-8',
  vanished: 'gone',
  'read-error': 'drive failed',
  'no-class': 'in no class folder',
};

export function reasonCounts(counts: ReasonCounts): string {
  return counts.map(([reason, count]) => `${reasonNames[reason]} ${count}`).join(', ');
}

/** The same in two: what is wrong, and what to do about it ('' where there is nothing to do). */
export function reasonParts(reason: LeftOutReason, facts: OutcomeFacts): { message: string; remedy: string } {
  const [message, remedy = ''] = reasonText(reason, facts).split(': ');
  return { message, remedy };
}

export function noteText(code: NoteCode): string {
  return notes[code];
}

/** One line about how a file ended. */
export function outcomeText(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'used':
      return 'used';
    case 'note':
      return `used: ${outcome.notes.map(noteText).join('; ')}`;
    case 'left-out':
      return `left out: ${reasonText(outcome.reason, outcome.facts)}`;
    default:
      return assertNever(outcome);
  }
}
