import assert from 'node:assert/strict';
import { copyFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  largestDifference,
  model,
  picturePath,
  preprocessingFile,
  programs,
  run,
  splitPrinted,
  temporaryFolder,
} from '../reference/verifier/fixture.js';
import { repositoryRoot } from '../support/repository.js';

/** A folder as a user has it: the export's files and the installed packages. */
function exportFolder(): string {
  const folder = temporaryFolder();
  copyFileSync(model, join(folder, 'model.onnx'));
  copyFileSync(preprocessingFile, join(folder, 'preprocessing.json'));
  copyFileSync(join(programs, 'pixels.mjs'), join(folder, 'pixels.mjs'));
  copyFileSync(join(programs, 'predict.mjs'), join(folder, 'predict.mjs'));
  symlinkSync(join(repositoryRoot, 'node_modules'), join(folder, 'node_modules'), 'junction');
  return folder;
}

test('the JavaScript sample prints each label with its probability, the likeliest first', async () => {
  const program = join(exportFolder(), 'predict.mjs');
  const portrait = picturePath('portrait.png');
  const grey = picturePath('grey.png');

  const ending = await run(process.execPath, [program, portrait, grey]);

  assert.equal(ending.err, '');
  assert.equal(ending.code, 0);
  const { text, numbers } = splitPrinted(ending.out);
  assert.equal(
    text,
    `${portrait}\n  #  bée\n  #  ant\n  #  other thing\n${grey}\n  #  ant\n  #  other thing\n  #  bée\n`,
  );
  // The probabilities of expected.json, rounded to six places; float32 against float64 gives 1e-6.
  const difference = largestDifference(numbers, [0.9172, 0.051685, 0.031115, 0.375956, 0.359269, 0.264775]);
  assert.ok(difference < 3e-6, `${difference}`);
});
