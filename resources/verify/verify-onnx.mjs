/**
 * Does the exported ONNX model give, from the picture files, the probabilities that the app gave?
 * Shares no code with the app: other decoding calls, other resize, other runtime.
 *
 *   node verify-onnx.mjs [--progress] MODEL PREPROCESSING LIST
 *
 * LIST is a file of JSON lines, or - for standard input; each line is
 *   {"path": "picture.jpg", "probabilities": [0.1, 0.9]}     the probabilities being the app's
 *
 * Prints one line of JSON:
 *   runtime            name and version of what ran the model
 *   pictures           pictures compared
 *   agreement          share of them with the same most probable class, 0..1
 *   largestDifference  largest absolute difference of a probability
 *   worst              path of the picture with that difference
 *   failures           [{path, reason}]: pictures that could not be compared
 *   sumError           largest |sum of a picture's probabilities - 1|
 * `agreement`, `largestDifference`, `worst` and `sumError` are null if no picture was compared.
 *
 * Exit 0 if it could run, whatever it found. Exit 1, with one sentence on standard error, if it could not.
 * Needs: npm install sharp onnxruntime-web
 */
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';

const BATCH = 8;
const SUM_TOLERANCE = 1e-5;

try {
  const { model, preprocessing, list, progress } = readArguments(process.argv.slice(2));
  const result = await verify(model, preprocessing, list, progress);
  process.stdout.write(`${JSON.stringify(result)}\n`);
} catch (error) {
  process.stderr.write(`${oneSentence(error)}\n`);
  process.exitCode = 1;
}

function readArguments(words) {
  const progress = words.includes('--progress');
  const [model, preprocessing, list, ...rest] = words.filter((word) => word !== '--progress');
  if (list === undefined || rest.length > 0) {
    throw new Error('Usage: node verify-onnx.mjs [--progress] MODEL PREPROCESSING LIST');
  }
  return { model, preprocessing, list, progress };
}

async function verify(modelPath, preprocessingPath, listPath, progress) {
  // Imported here and not above, so that a missing package ends in a sentence and not in a stack trace.
  const ort = await import('onnxruntime-web');
  const { checkPreprocessing, pixelsOfFile } = await import('./pixels.mjs');

  const preprocessing = await readPreprocessing(preprocessingPath, checkPreprocessing);
  const pictures = await readList(listPath);
  const session = await openModel(ort, modelPath);
  const readPixels = (path) => pixelsOfFile(path, preprocessing);
  const runModel = (batch) => predict(ort, session, preprocessing, batch);
  const tally = newTally();
  for (let start = 0; start < pictures.length; start += BATCH) {
    const batch = pictures.slice(start, start + BATCH);
    const readable = await readBatch(batch, preprocessing.labels.length, readPixels, tally);
    const rows = readable.length > 0 ? await runModel(readable) : [];
    readable.forEach(({ picture }, i) => compare(picture, rows[i], tally));
    if (progress) reportProgress(start + batch.length, pictures.length);
  }
  await session.release();
  return summary(tally, `onnxruntime-web ${ort.env.versions.web} wasm`);
}

async function readPreprocessing(path, check) {
  let preprocessing;
  try {
    preprocessing = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new Error(`The preprocessing record ${path} could not be read: ${oneSentence(error)}`);
  }
  check(preprocessing);
  return preprocessing;
}

async function readList(path) {
  const input = path === '-' ? process.stdin : createReadStream(path);
  const pictures = [];
  let number = 0;
  try {
    for await (const line of createInterface({ input, crlfDelay: Infinity })) {
      number++;
      if (line.trim() !== '') pictures.push(readListLine(line, number));
    }
  } catch (error) {
    throw new Error(`The list of pictures ${path} could not be read: ${oneSentence(error)}`);
  }
  if (pictures.length === 0) throw new Error(`The list of pictures ${path} is empty.`);
  return pictures;
}

function readListLine(line, number) {
  let picture;
  try {
    picture = JSON.parse(line);
  } catch {
    throw new Error(`line ${number} is not JSON.`);
  }
  if (typeof picture?.path !== 'string' || !Array.isArray(picture.probabilities)) {
    throw new Error(`line ${number} holds no path with probabilities.`);
  }
  return picture;
}

async function openModel(ort, path) {
  // The runtime's own files lie beside its script; nothing is fetched from the network.
  ort.env.wasm.wasmPaths = new URL('.', import.meta.resolve('onnxruntime-web')).href;
  ort.env.wasm.numThreads = 1;
  ort.env.logLevel = 'error';
  let session;
  try {
    session = await ort.InferenceSession.create(await readFile(path), { executionProviders: ['wasm'] });
  } catch (error) {
    throw new Error(`The model ${path} could not be opened: ${oneSentence(error)}`);
  }
  const [input] = session.inputNames;
  const [output] = session.outputNames;
  if (input !== 'image' || output !== 'probabilities') {
    throw new Error(`The model takes "${input}" and gives "${output}", not "image" and "probabilities".`);
  }
  return session;
}

/** The pixels of those pictures that can be read; the others go to the failures. */
async function readBatch(pictures, classes, readPixels, tally) {
  const readable = [];
  for (const picture of pictures) {
    try {
      checkExpected(picture, classes);
      readable.push({ picture, pixels: await readPixels(picture.path) });
    } catch (error) {
      tally.failures.push({ path: picture.path, reason: oneSentence(error) });
    }
  }
  return readable;
}

function checkExpected(picture, classes) {
  const { probabilities } = picture;
  if (probabilities.length !== classes) {
    throw new Error(`The list holds ${probabilities.length} probabilities for ${classes} labels.`);
  }
  if (!probabilities.every(Number.isFinite))
    throw new Error('The list holds a probability that is no number.');
}

/** The model's probabilities, one row for each picture. */
async function predict(ort, session, { size, labels }, readable) {
  const count = readable.length;
  const classes = labels.length;
  const bytes = new Uint8Array(count * size * size * 3);
  readable.forEach(({ pixels }, i) => bytes.set(pixels, i * size * size * 3));
  const image = new ort.Tensor('uint8', bytes, [count, size, size, 3]);
  const { probabilities } = await session.run({ image });
  const { type, dims, data } = probabilities;
  if (type !== 'float32' || dims.length !== 2 || dims[0] !== count || dims[1] !== classes) {
    throw new Error(`The model gives ${type} [${dims}] where float32 [${count},${classes}] was due.`);
  }
  return readable.map((_, i) => Array.from(data.subarray(i * classes, (i + 1) * classes)));
}

function newTally() {
  return { pictures: 0, agreed: 0, largest: null, worst: null, sumError: null, failures: [] };
}

function compare({ path, probabilities: expected }, found, tally) {
  if (!found.every(Number.isFinite)) {
    tally.failures.push({ path, reason: 'The model gives a probability that is not finite.' });
    return;
  }
  const sumError = Math.abs(found.reduce((sum, p) => sum + p, 0) - 1);
  tally.sumError = Math.max(tally.sumError ?? 0, sumError);
  if (sumError > SUM_TOLERANCE) {
    tally.failures.push({ path, reason: `The model's probabilities differ from a sum of 1 by ${sumError}.` });
    return;
  }
  const difference = Math.max(...found.map((p, i) => Math.abs(p - expected[i])));
  tally.pictures++;
  if (indexOfLargest(found) === indexOfLargest(expected)) tally.agreed++;
  if (tally.largest === null || difference > tally.largest) {
    tally.largest = difference;
    tally.worst = path;
  }
}

function indexOfLargest(values) {
  return values.indexOf(Math.max(...values));
}

function summary(tally, runtime) {
  return {
    runtime,
    pictures: tally.pictures,
    agreement: tally.pictures === 0 ? null : tally.agreed / tally.pictures,
    largestDifference: tally.largest,
    worst: tally.worst,
    failures: tally.failures,
    sumError: tally.sumError,
  };
}

function reportProgress(done, of) {
  process.stderr.write(`${JSON.stringify({ done, of })}\n`);
}

function oneSentence(error) {
  const message = error instanceof Error ? error.message : String(error);
  return message.split('\n')[0].trim();
}
