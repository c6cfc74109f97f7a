import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  expected,
  jsonLines,
  model,
  picturePath,
  preprocessingFile,
  programs,
  rightList,
  run,
  temporaryFolder,
  verdictOf,
  writeList,
} from '../reference/verifier/fixture.js';

/** float32 against float64 on probabilities: a few units of 6e-8. */
const FLOAT32_TOLERANCE = 1e-6;
const folder = temporaryFolder();
const verify = (words: readonly string[], input?: string) =>
  run(process.execPath, [join(programs, 'verify-onnx.mjs'), ...words], input);

test('the right probabilities agree with the model', async () => {
  const list = writeList(join(folder, 'right.jsonl'), rightList());

  const ending = await verify([model, preprocessingFile, list]);

  assert.equal(ending.err, '');
  assert.equal(ending.code, 0);
  const verdict = verdictOf(ending);
  assert.match(verdict.runtime, /^onnxruntime-web \d+\.\d+\.\d+ wasm$/);
  assert.equal(verdict.pictures, 11);
  assert.equal(verdict.agreement, 1);
  assert.deepEqual(verdict.failures, []);
  assert.ok(Number(verdict.largestDifference) < FLOAT32_TOLERANCE, `${verdict.largestDifference}`);
  assert.ok(Number(verdict.sumError) < FLOAT32_TOLERANCE, `${verdict.sumError}`);
});

test('wrong probabilities show as a difference, with the worst picture named', async () => {
  const [first, second, ...rest] = rightList();
  assert.ok(first !== undefined && second !== undefined);
  const wrong = { path: second.path, probabilities: [...second.probabilities].reverse() };
  const list = writeList(join(folder, 'wrong.jsonl'), [first, wrong, ...rest]);

  const verdict = verdictOf(await verify([model, preprocessingFile, list]));

  assert.equal(verdict.agreement, 10 / 11);
  assert.equal(verdict.worst, second.path);
  // already-32.png: 0.6089 for the third class against the first one's 0.2832
  assert.ok(Math.abs(Number(verdict.largestDifference) - 0.3257) < 1e-4, `${verdict.largestDifference}`);
});

test('a changed crop rule shows as a difference', async () => {
  const record = readFileSync(preprocessingFile, 'utf8').replace('centre-square', 'fit-and-pad');
  const changed = join(folder, 'padded.json');
  writeFileSync(changed, record);
  const list = writeList(join(folder, 'right-again.jsonl'), rightList());

  const verdict = verdictOf(await verify([model, changed, list]));

  assert.ok(Number(verdict.largestDifference) > 0.1, `${verdict.largestDifference}`);
});

test('the list may come from standard input', async () => {
  const verdict = verdictOf(await verify([model, preprocessingFile, '-'], jsonLines(rightList())));

  assert.equal(verdict.pictures, 11);
  assert.equal(verdict.agreement, 1);
});

test('progress is told on standard error only when asked for', async () => {
  const ending = await verify(['--progress', model, preprocessingFile, '-'], jsonLines(rightList()));

  assert.equal(ending.err, '{"done":8,"of":11}\n{"done":11,"of":11}\n');
});

test('a picture that cannot be read is a failure and the others are compared', async () => {
  const broken = join(folder, 'broken.jpg');
  writeFileSync(broken, 'no picture');
  const dot = { path: picturePath('dot.png'), probabilities: expected.probabilities['dot.png'] ?? [] };
  const list = jsonLines([{ path: broken, probabilities: [1, 0, 0] }, dot]);

  const verdict = verdictOf(await verify([model, preprocessingFile, '-'], list));

  assert.equal(verdict.pictures, 1);
  assert.equal(verdict.agreement, 1);
  assert.deepEqual(verdict.failures, [
    { path: broken, reason: 'Input buffer contains unsupported image format' },
  ]);
});

test('probabilities for another number of classes are a failure', async () => {
  const path = picturePath('dot.png');

  const ending = await verify([model, preprocessingFile, '-'], jsonLines([{ path, probabilities: [1, 0] }]));

  assert.equal(ending.code, 0);
  assert.deepEqual(verdictOf(ending), {
    runtime: verdictOf(ending).runtime,
    pictures: 0,
    agreement: null,
    largestDifference: null,
    worst: null,
    failures: [{ path, reason: 'The list holds 2 probabilities for 3 labels.' }],
    sumError: null,
  });
});

test('a missing model ends with a sentence', async () => {
  const missing = join(folder, 'missing.onnx');

  const ending = await verify([missing, preprocessingFile, '-'], jsonLines(rightList()));

  assert.equal(ending.code, 1);
  assert.equal(ending.out, '');
  assert.match(ending.err, /^The model .*missing\.onnx could not be opened: ENOENT[^\n]*\n$/);
});

test('a file that is no model ends with a sentence', async () => {
  const ending = await verify([preprocessingFile, preprocessingFile, '-'], jsonLines(rightList()));

  assert.equal(ending.code, 1);
  assert.match(ending.err, /^The model .*preprocessing\.json could not be opened: [^\n]*\n$/);
});

test('a preprocessing record that is no JSON ends with a sentence', async () => {
  const broken = join(folder, 'broken.json');
  writeFileSync(broken, '{"format":');

  const ending = await verify([model, broken, '-'], jsonLines(rightList()));

  assert.equal(ending.code, 1);
  assert.match(ending.err, /^The preprocessing record .*broken\.json could not be read: [^\n]*\n$/);
});

test('a preprocessing record of a later version ends with a sentence', async () => {
  const later = join(folder, 'later.json');
  writeFileSync(later, readFileSync(preprocessingFile, 'utf8').replace('"version": 1', '"version": 2'));

  const ending = await verify([model, later, '-'], jsonLines(rightList()));

  assert.equal(ending.code, 1);
  assert.equal(ending.err, 'The preprocessing record says version 2; known is 1.\n');
});

test('a list with a broken line ends with a sentence', async () => {
  const ending = await verify([model, preprocessingFile, '-'], `${jsonLines(rightList())}{"path"`);

  assert.equal(ending.code, 1);
  assert.equal(ending.err, 'The list of pictures - could not be read: line 12 is not JSON.\n');
});

test('labels that the model has no outputs for end with a sentence', async () => {
  const fewer = join(folder, 'fewer.json');
  writeFileSync(fewer, readFileSync(preprocessingFile, 'utf8').replace('"ant",', ''));
  const path = picturePath('dot.png');

  const ending = await verify([model, fewer, '-'], jsonLines([{ path, probabilities: [1, 0] }]));

  assert.equal(ending.code, 1);
  assert.equal(ending.err, 'The model gives float32 [1,3] where float32 [1,2] was due.\n');
});
