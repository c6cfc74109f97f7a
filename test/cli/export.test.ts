import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { assertHolds } from '../support/assert-holds.js';
import { lineOf, temporaryCli } from '../support/cli.js';
import { drawSet } from '../support/drawn-pictures.js';
import { filesBelow, folderState } from '../support/folder-state.js';

const quick = ['--set', 'inputSize=64', '--set', 'epochs=10'];

describe('export', () => {
  const cli = temporaryCli({ after });
  const [run, pictures, model] = [cli.at('run'), cli.at('pictures'), cli.at('model')];
  let exported: Awaited<ReturnType<typeof cli.json>>;

  before(async () => {
    await drawSet(pictures, { noise: 0.5 });
    assert.equal((await cli.run(['train', pictures, '--out', run, ...quick])).code, 0);
    exported = await cli.json(['export', run, '--format', 'onnx', '--out', model]);
  });

  test('proves the file on every test picture', () => {
    assert.equal(exported.code, 0);
    assert.equal(exported.stderr, '');
    const proof = lineOf(exported.lines, 'export');
    assertHolds(proof, {
      event: 'export',
      verified: true,
      format: 'onnx',
      path: join(model, 'model.onnx'),
      bytes: readFileSync(join(model, 'model.onnx')).length,
      pictures: 6,
      agreement: 1,
    });
    assert.equal(typeof proof['runtime'], 'string');
    assert.ok(Number(proof['maxDifference']) <= 1e-4);
  });

  test('says of a proof whose runtime is not there that it was not run, and why', () => {
    const proofs = lineOf(exported.lines, 'export')['proofs'] as Readonly<Record<string, unknown>>[];
    const [, other] = proofs; // the contract of `export --json`
    assert.equal(other['verified'], false);
    assert.match(String(other['reason']), /^not run here: /);
    assert.equal(Object.hasOwn(other, 'agreement'), false);
  });

  test('writes the model, its contract, programs that use it, the proof and the licence', () => {
    assert.deepEqual(filesBelow(model), [
      'LICENSES/efficientnet-lite0-LICENSE',
      'LICENSES/efficientnet-lite0-NOTICE',
      'README.md',
      'labels.json',
      'model.onnx',
      'pixels.mjs',
      'pixels.py',
      'predict.mjs',
      'predict.py',
      'preprocessing.json',
      'proof.json',
      'verify-onnx.mjs',
      'verify_onnx.py',
    ]);
    assert.deepEqual(json(join(model, 'labels.json')), ['bands', 'boxes', 'discs']);
    assert.deepEqual(json(join(model, 'preprocessing.json')), json(join(run, 'preprocessing.json')));
    assertHolds(json(join(model, 'proof.json')), {
      modelSha256: createHash('sha256')
        .update(readFileSync(join(model, 'model.onnx')))
        .digest('hex'),
    });
    assert.match(readFileSync(join(model, 'README.md'), 'utf8'), /6 pictures, same answer in 100\.0 %/);
  });

  test('without --json names the file and each proof, and leaves run and pictures as they were', async () => {
    const before = [...folderState(run), ...folderState(pictures)];
    const { code, stdout, stderr } = await cli.run(['export', run, '--out', cli.at('words')]);
    assert.deepEqual([code, stderr], [0, '']);
    assert.match(stdout, /model\.onnx {2}\(\d+\.\d MB\), proven on the test part:\n/);
    assert.match(stdout, /^ {2}\S.*: 6 pictures, same answer in 100\.0 %, largest difference /m);
    assert.match(stdout, /: not run here: HEADSTART_PYTHON is/);
    assert.deepEqual([...folderState(run), ...folderState(pictures)], before);
  });

  test('gives the same model again', () => {
    assert.deepEqual(readFileSync(cli.at('words', 'model.onnx')), readFileSync(join(model, 'model.onnx')));
  });

  test('without --out goes into the run, as the next number', async () => {
    mkdirSync(join(run, 'exports', '4'), { recursive: true });
    const [proof] = (await cli.json(['export', run])).lines;
    assert.equal(proof['path'], join(run, 'exports', '5', 'model.onnx'));
  });

  test('--strict ends with 1 where a second proof could not be made; an empty folder is taken', async () => {
    mkdirSync(cli.at('made'));
    assert.equal((await cli.run(['export', run, '--out', cli.at('made'), '--strict'])).code, 1);
    assert.ok(existsSync(cli.at('made', 'model.onnx')));
  });

  test('a folder that holds something is refused and left alone', async () => {
    mkdirSync(cli.at('mine'));
    writeFileSync(cli.at('mine', 'a.txt'), 'mine');
    const before = folderState(cli.at('mine'));
    const { code, lines } = await cli.json(['export', run, '--out', cli.at('mine')]);
    assert.equal(code, 2);
    assert.equal(lineOf(lines, 'failure')['code'], 'output-exists');
    assert.deepEqual(folderState(cli.at('mine')), before);
  });

  test('a model that answers differently is not kept', async () => {
    cpSync(run, cli.at('tampered'), { recursive: true });
    const path = cli.at('tampered', 'preprocessing.json');
    writeFileSync(path, JSON.stringify({ ...(json(path) as object), crop: 'stretch', size: 96 }));
    const before = readdirSync(cli.folder);
    const { code, lines } = await cli.json(['export', cli.at('tampered'), '--out', cli.at('wrong')]);
    assert.equal(code, 1);
    assert.match(String(lineOf(lines, 'failure')['code']), /^(export-unproven|proof-failed)$/);
    assert.deepEqual(readdirSync(cli.folder), before);
  });

  test('a test picture that is gone ends the export with 3 and leaves no file', async () => {
    cpSync(pictures, cli.at('going'), { recursive: true });
    await cli.run(['train', cli.at('going'), '--out', cli.at('gone'), ...quick]);
    const [file] = testFiles(cli.at('gone'));
    rmSync(cli.at('going', file));
    const before = readdirSync(cli.folder);
    const { code, lines } = await cli.json(['export', cli.at('gone'), '--out', cli.at('unproven')]);
    assert.equal(code, 3);
    assert.equal(lines.length, 1);
    assert.equal(lineOf(lines, 'failure')['code'], 'picture-changed');
    assert.ok(String(lineOf(lines, 'failure')['message']).includes(file.split('/')[1]));
    assert.deepEqual(readdirSync(cli.folder), before);
  });

  test("never writes into the pictures' folder", async () => {
    const before = folderState(pictures);
    const { code, lines } = await cli.json(['export', run, '--out', join(pictures, 'model')]);
    assert.deepEqual(folderState(pictures), before);
    assert.equal(code, 2);
    assert.equal(lineOf(lines, 'failure')['code'], 'pictures-in-output');
  });

  test('--format list lists the formats', async () => {
    const asJson = await cli.json(['export', '--format', 'list']);
    assert.deepEqual(asJson.lines, [{ event: 'formats', formats: ['onnx'] }]);
    const words = await cli.run(['export', '--format', 'list']);
    assert.deepEqual([words.code, words.stdout], [0, 'onnx\n']);
  });

  test('an unknown format is refused with the known ones before anything is written', async () => {
    const { code, lines } = await cli.json(['export', run, '--format', 'onnx,onxx', '--out', cli.at('none')]);
    assert.equal(code, 2);
    assert.equal(lineOf(lines, 'failure')['code'], 'unknown-format');
    assert.match(String(lineOf(lines, 'failure')['message']), /"onxx"/);
    assert.match(String(lineOf(lines, 'failure')['remedy']), /onnx/);
    assert.equal(existsSync(cli.at('none')), false);
  });
});

function json(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}

function testFiles(run: string): readonly string[] {
  const { pictures } = json(join(run, 'data.json')) as { pictures: { file: string; part: string }[] };
  return pictures.filter(({ part }) => part === 'test').map(({ file }) => file);
}
