/**
 * Names what is on pictures, with the exported model.
 *
 *   npm install sharp onnxruntime-web
 *   node predict.mjs picture.jpg another.png
 *
 * Needs model.onnx, preprocessing.json and pixels.mjs beside it. onnxruntime-node is called in the same way and
 * is faster: install it and change the import.
 */
import { readFile } from 'node:fs/promises';
import * as ort from 'onnxruntime-web';
import { checkPreprocessing, pixelsOfFile } from './pixels.mjs';

const beside = (name) => new URL(name, import.meta.url);
const preprocessing = JSON.parse(await readFile(beside('preprocessing.json'), 'utf8'));
checkPreprocessing(preprocessing);
const { size, labels } = preprocessing;

const session = await ort.InferenceSession.create(await readFile(beside('model.onnx')));

if (process.argv.length < 3) console.error('Usage: node predict.mjs picture.jpg another.png');

for (const path of process.argv.slice(2)) {
  // RGB bytes 0..255, [1, size, size, 3]. The model scales them itself: do not divide by 255.
  const pixels = await pixelsOfFile(path, preprocessing);
  const image = new ort.Tensor('uint8', pixels, [1, size, size, 3]);
  const { probabilities } = await session.run({ image });

  const ranked = labels
    .map((label, i) => ({ label, probability: probabilities.data[i] }))
    .sort((a, b) => b.probability - a.probability);
  console.log(path);
  for (const { label, probability } of ranked) console.log(`  ${probability.toFixed(6)}  ${label}`);
}
