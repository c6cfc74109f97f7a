import assert from 'node:assert/strict';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import sharp from 'sharp';
import {
  jsonLines,
  largestDifference,
  model,
  picturePath,
  preprocessingFile,
  programs,
  rightList,
  run,
  splitPrinted,
  temporaryFolder,
  verdictOf,
} from '../reference/verifier/fixture.js';

/** A Python with numpy, Pillow and onnxruntime; the tests are left out where none is named. */
const python = process.env['HEADSTART_PYTHON'];
const skip = python === undefined && 'HEADSTART_PYTHON names no Python';
const folder = temporaryFolder();
const runPython = (words: readonly string[], input?: string) => run(python ?? '', ['-B', ...words], input);
const verify = (words: readonly string[], input?: string) =>
  runPython([join(programs, 'verify_onnx.py'), ...words], input);

test('in Python the right probabilities agree with the model', { skip }, async () => {
  const ending = await verify([model, preprocessingFile, '-'], jsonLines(rightList()));

  assert.equal(ending.err, '');
  const verdict = verdictOf(ending);
  assert.match(verdict.runtime, /^onnxruntime [\d.]+ \(Python [\d.]+, Pillow [\d.]+\)$/);
  assert.equal(verdict.pictures, 11);
  assert.equal(verdict.agreement, 1);
  assert.deepEqual(verdict.failures, []);
  // float32 against float64
  assert.ok(Number(verdict.largestDifference) < 1e-6, `${verdict.largestDifference}`);
});

test('in Python a picture with a profile is counted as converted', { skip }, async () => {
  const path = join(folder, 'p3.png');
  const grey = { width: 8, height: 8, channels: 3, background: '#808080' } as const;
  await sharp({ create: grey }).withIccProfile('p3').png().toFile(path);
  const list = jsonLines([{ path, probabilities: [0.3, 0.3, 0.4] }]);

  const ending = await verify([model, preprocessingFile, '-'], list);

  assert.match(ending.out, /"pictures": 0, .*"converted": \{"pictures": 1, /);
});

test('in Python labels other than those inside the model end with a sentence', { skip }, async () => {
  const other = join(folder, 'other.json');
  writeFileSync(other, readFileSync(preprocessingFile, 'utf8').replace('"ant"', '"wasp"'));

  const ending = await verify([model, other, '-'], jsonLines(rightList()));

  assert.equal(ending.code, 1);
  assert.equal(ending.err, 'The labels inside the model are not those of the preprocessing record.\n');
});

test('in Python a missing model ends with a sentence', { skip }, async () => {
  const ending = await verify([join(folder, 'no.onnx'), preprocessingFile, '-'], jsonLines(rightList()));

  assert.equal(ending.code, 1);
  assert.match(ending.err, /^The model .*no\.onnx could not be opened: [^\n]*\n$/);
});

test('the Python sample prints each label with its probability, the likeliest first', { skip }, async () => {
  copyFileSync(model, join(folder, 'model.onnx'));
  copyFileSync(preprocessingFile, join(folder, 'preprocessing.json'));
  copyFileSync(join(programs, 'pixels.py'), join(folder, 'pixels.py'));
  copyFileSync(join(programs, 'predict.py'), join(folder, 'predict.py'));
  const grey = picturePath('grey.png');

  const ending = await runPython(['-X', 'utf8', join(folder, 'predict.py'), grey]);

  assert.equal(ending.err, '');
  const { text, numbers } = splitPrinted(ending.out);
  assert.equal(text, `${grey}\n  #  ant\n  #  other thing\n  #  bée\n`);
  // The probabilities of expected.json, rounded to six places; float32 against float64 gives 1e-6.
  const difference = largestDifference(numbers, [0.375956, 0.359269, 0.264775]);
  assert.ok(difference < 3e-6, `${difference}`);
});
