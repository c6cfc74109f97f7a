import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  exitCodes,
  FailureError,
  type FailureCode,
  type FailureOf,
} from '../../src/shared/contract/failures.js';
import { leftOutReasons, noteCodes } from '../../src/shared/contract/outcomes.js';
import type { Note } from '../../src/shared/contract/events.js';
import { failureText } from '../../src/shared/text/failures.js';
import { noteEventText } from '../../src/shared/text/notes.js';
import { bytes, counted, duration, grouped, percent, scientific } from '../../src/shared/text/numbers.js';
import { noteText, outcomeText, reasonText } from '../../src/shared/text/outcomes.js';

const path = '/pictures/cat';

/** One of each; a code that lacks here is a compile error. */
const failures: { readonly [Code in FailureCode]: Omit<FailureOf<Code>, 'code'> } = {
  'unknown-verb': { verb: 'trian', nearest: 'train' },
  'unknown-option': { option: '--sed', verb: 'train', nearest: '--seed' },
  'missing-argument': { verb: 'train', argument: 'FOLDER' },
  'surplus-argument': { verb: 'train', argument: 'pictures' },
  'bad-option-value': { option: '--top', value: 'x', expected: 'a number' },
  'options-exclude': { first: '--run', second: '--out' },
  'unknown-setting': { path: 'epoch', nearest: 'epochs' },
  'setting-out-of-range': { path: 'epochs', value: '0', expected: '>= 1', nearest: '1' },
  'unknown-network': { id: 'resnet', known: 'efficientnet-lite0' },
  'unknown-format': { format: 'tflite', known: 'onnx' },
  'path-missing': { path },
  'not-a-folder': { path },
  permission: { path },
  'folder-empty': { path },
  'pictures-loose': { path, pictures: 2 },
  'no-pictures': { path, files: 3, reasons: [['empty', 3]] },
  'pictures-vanished': { path, count: 2, example: 'cat/1.jpg' },
  'one-class': { path, name: 'cat' },
  'class-too-small': { name: 'cat', pictures: 1, needed: 3 },
  'part-empty': { part: 'test', detail: 'cat' },
  'split-unreadable': { path, line: 4, problem: 'twice', detail: 'cat/1.jpg' },
  'split-matches-nothing': { path, folder: '/pictures', example: '1.jpg' },
  'pictures-in-output': { path, folder: '/pictures' },
  'file-invalid': { path, problem: 'size' },
  'file-newer': { path, version: 2, known: 1 },
  'file-damaged': { path, problem: 'length' },
  'network-damaged': { id: 'efficientnet-lite0', path, problem: 'SHA-256' },
  'network-missing': { id: 'efficientnet-lite0', path },
  'not-a-run': { path },
  'run-unfinished': { path },
  'run-exists': { path },
  'output-exists': { path },
  'picture-changed': { path },
  'picture-refused': { path, reason: 'too-slow' },
  'class-unknown-to-run': { name: 'wolf', known: 'cat, dog' },
  'disk-full': { path },
  'write-failed': { path, problem: 'EIO' },
  'read-failed': { path, problem: 'EIO' },
  'in-use': { path, pid: 42 },
  diverged: { epoch: 1, learningRate: 10 },
  'export-unproven': { format: 'onnx', agreement: 0.5, difference: 0.1 },
  'proof-failed': { format: 'onnx', problem: 'no answer' },
  'no-runtime': { reasons: 'onnx: refused' },
  cancelled: { run: path },
};

/** One of each; a code that lacks here is a compile error. */
const notes: { readonly [Code in Note['code']]: Omit<Extract<Note, { code: Code }>, 'code'> } = {
  'log-repaired': { path, bytes: 12 },
  'folders-closed': { folders: ['cat/closed'] },
  'rows-without-file': { count: 2, example: '1.jpg' },
  'files-without-row': { count: 1, example: '2.jpg' },
  'class-without-pictures': { name: 'cat' },
  'class-unlike-folder': { count: 1, example: 'dog/1.jpg' },
  resumed: { epoch: 3 },
  'files-left-out': { count: 2, reasons: [['empty', 2]] },
  'classes-named-like-parts': { names: ['test', 'train'] },
  'run-began': { run: path },
  'checkpoint-damaged': { path },
  'already-finished': { run: path },
  'validation-small': { pictures: 5 },
  'runtime-refused': { runtime: 'onnx', reason: 'missing' },
};

/** Nothing that shows a fact was missing. */
const holes = /undefined|null|NaN|\[object|\$\{/;
/** Or a command with a path, which is to be pasted. */
const sentence = /^[^\s].*([.!?:)A-Z]|--resume \S+)$/s;

describe('the text of the failure', () => {
  for (const [code, facts] of Object.entries(failures)) {
    // The table pairs each code with its own facts; TypeScript cannot follow the pairing through the entries.
    const failure = { code, ...facts } as FailureOf<FailureCode>;

    test(`${code} has a sentence for what happened and one for what to do`, () => {
      const { message, remedy } = failureText(failure);
      assert.doesNotMatch(`${message} ${remedy}`, holes);
      assert.match(remedy, sentence);
      assert.ok(message.length > 5);
    });

    test(`${code} names each of its facts`, () => {
      const { message, remedy } = failureText(failure);
      const told = `${message} ${remedy}`;
      const texts = Object.values<unknown>(facts).filter((fact) => typeof fact === 'string');
      assert.deepEqual(
        texts.filter((fact) => !told.includes(fact)),
        [],
      );
    });

    test(`${code} has an exit code`, () => {
      assert.ok([1, 2, 3, 4, 130].includes(exitCodes[failure.code]));
    });
  }

  test('part-empty without a class speaks of the part alone', () => {
    const { message } = failureText({ code: 'part-empty', part: 'test', detail: '' });
    assert.equal(message, 'The test part has no pictures.');
  });

  test('proof-failed without a problem says that there was no answer', () => {
    const { message } = failureText({ code: 'proof-failed', format: 'onnx', problem: '' });
    assert.match(message, /the verifier did not answer$/);
  });

  test('unknown-verb without a near one asks for none', () => {
    const { remedy } = failureText({ code: 'unknown-verb', verb: 'x', nearest: '' });
    assert.equal(remedy, 'See --help for the list.');
  });
});

test('a failure error bears its code as its message', () => {
  const error = new FailureError({ code: 'cancelled', run: null });
  assert.equal(error.message, 'cancelled');
  assert.equal(error.name, 'FailureError');
});

describe('the text of the note', () => {
  for (const [code, facts] of Object.entries(notes)) {
    test(`${code} is a sentence without holes`, () => {
      // as above
      const told = noteEventText({ code, ...facts } as Note);
      assert.doesNotMatch(told, holes);
      assert.match(told, /\.$/);
    });
  }
});

describe('the text of the outcome', () => {
  for (const reason of leftOutReasons) {
    test(`${reason} has no holes, without facts too`, () => {
      assert.doesNotMatch(reasonText(reason, {}), holes);
      assert.match(outcomeText({ kind: 'left-out', reason, facts: { width: 9, height: 8 } }), /^left out: ./);
    });
  }

  for (const note of noteCodes) {
    test(`used with ${note} has no holes`, () => {
      assert.doesNotMatch(noteText(note), holes);
      assert.match(outcomeText({ kind: 'note', notes: [note] }), /^used: ./);
    });
  }

  test('used is one word', () => {
    assert.equal(outcomeText({ kind: 'used' }), 'used');
  });
});

const numbers = [
  { name: 'percent', told: percent(0.9451), expected: '94.5 %' },
  { name: 'scientific', told: scientific(3.2e-7), expected: '3.2e-7' },
  { name: 'scientific of zero', told: scientific(0), expected: '0' },
  { name: 'grouped below a thousand', told: grouped(999), expected: '999' },
  { name: 'grouped', told: grouped(1_234_567), expected: '1,234,567' },
  { name: 'counted one', told: counted(1, 'picture'), expected: '1 picture' },
  { name: 'counted none', told: counted(0, 'picture'), expected: '0 pictures' },
  { name: 'counted with a plural of its own', told: counted(2, 'class', 'classes'), expected: '2 classes' },
  { name: 'duration below ten seconds', told: duration(3.21), expected: '3.2 s' },
  { name: 'duration below a minute', told: duration(59.4), expected: '59 s' },
  { name: 'duration in minutes', told: duration(75), expected: '1 min 15 s' },
  { name: 'duration that rounds up to a minute', told: duration(59.7), expected: '1 min 0 s' },
  { name: 'duration that rounds up to ten seconds', told: duration(9.97), expected: '10 s' },
  { name: 'duration in hours', told: duration(3725), expected: '1 h 2 min' },
  { name: 'bytes', told: bytes(12_345_678), expected: '12.3 MB' },
  { name: 'bytes of a small file', told: bytes(3), expected: '1 kB' },
  { name: 'bytes of a large file', told: bytes(2_500_000_000), expected: '2.5 GB' },
];

for (const { name, told, expected } of numbers) {
  test(`numbers: ${name} is "${expected}"`, () => {
    assert.equal(told, expected);
  });
}
