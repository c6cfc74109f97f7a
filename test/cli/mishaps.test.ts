import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { lineOf, linesOf, temporaryCli } from '../support/cli.js';
import { drawSet } from '../support/drawn-pictures.js';
import { repositoryRoot } from '../support/repository.js';

const quick = ['--set', 'inputSize=64', '--set', 'epochs=10'];
const posixOnly = process.platform === 'win32' ? 'there are no pipes in folders here' : false;

describe('with a run on drawn pictures', () => {
  const cli = temporaryCli({ after });
  const [pictures, run] = [cli.at('pictures'), cli.at('run')];

  before(async () => {
    await drawSet(pictures, { noise: 0.5 });
    assert.equal((await cli.run(['train', pictures, '--out', run, ...quick])).code, 0);
  });

  /** Turns one bit in the middle of every stored row's file. */
  function damageRows(cache: string): void {
    const features = join(cache, 'features');
    for (const folder of readdirSync(features)) {
      for (const name of readdirSync(join(features, folder)).filter((each) => each.endsWith('.rows'))) {
        const path = join(features, folder, name);
        const bytes = readFileSync(path);
        for (let at = 100; at < bytes.length; at += 1280 * 4 * 3) bytes[at] ^= 1;
        writeFileSync(path, bytes);
      }
    }
  }

  test('damaged stored features change no result: they are computed again', async () => {
    const cache = cli.at('damaged');
    cpSync(cli.cache, cache, { recursive: true });
    damageRows(cache);
    const again = cli.at('again');
    const trained = await cli.json(['train', pictures, '--out', again, '--cache', cache, ...quick]);
    assert.equal(trained.code, 0);
    assert.ok(Number(lineOf(trained.lines, 'finished')['computed']) > 0);
    assert.deepEqual(
      readFileSync(join(again, 'head.safetensors')),
      readFileSync(join(run, 'head.safetensors')),
    );
  });

  test('damaged stored features are no reason to call a picture damaged', async () => {
    const cache = cli.at('damaged 2');
    cpSync(cli.cache, cache, { recursive: true });
    const undamaged = await cli.run(['predict', run, pictures, '--json']);
    damageRows(cache);
    const { code, stdout } = await cli.run(['predict', run, pictures, '--json', '--cache', cache]);
    assert.equal(code, 0);
    assert.equal(stdout, undamaged.stdout);
  });

  test('a head that was changed on the disk is refused', async () => {
    const changed = cli.at('changed');
    cpSync(run, changed, { recursive: true });
    const path = join(changed, 'head.safetensors');
    const bytes = readFileSync(path);
    bytes[bytes.length - 20] ^= 1;
    writeFileSync(path, bytes);
    const { code, lines } = await cli.json(['evaluate', changed]);
    assert.equal(code, 3);
    assert.equal(lineOf(lines, 'failure')['code'], 'file-damaged');
  });

  test('data that were edited on the disk are refused', async () => {
    const edited = cli.at('edited');
    cpSync(run, edited, { recursive: true });
    const path = join(edited, 'data.json');
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replace('"part": "training"', '"part": "test"'));
    const { code, lines } = await cli.json(['evaluate', edited]);
    assert.equal(code, 3);
    assert.equal(lineOf(lines, 'failure')['code'], 'file-damaged');
  });

  test('evaluating on the pictures that it learned from says so', async () => {
    const { lines } = await cli.json(['evaluate', run, '--on', pictures]);
    assert.equal(lineOf(lines, 'finished')['learnedFrom'], 30);
    const { stdout } = await cli.run(['evaluate', run, '--on', pictures]);
    assert.match(stdout, /of these pictures .* learned from or chosen by 30 of them/s);
  });

  test('a test picture that was replaced ends the export with its name', async () => {
    const copy = cli.at('copy');
    cpSync(pictures, copy, { recursive: true });
    const other = cli.at('other run');
    await cli.run(['train', copy, '--out', other, ...quick]);
    const data = JSON.parse(readFileSync(join(other, 'data.json'), 'utf8')) as {
      pictures: { file: string; part: string }[];
    };
    const [tested, another] = data.pictures.filter((each) => each.part === 'test');
    cpSync(join(copy, another.file), join(copy, tested.file));
    const { code, lines } = await cli.json(['export', other]);
    assert.equal(code, 3);
    assert.equal(lineOf(lines, 'failure')['code'], 'picture-changed');
    assert.ok(String(lineOf(lines, 'failure')['message']).includes(tested.file));
  });

  test('nothing is written below the home folder but our own: no telemetry, no device number', async () => {
    const home = cli.at('empty home');
    mkdirSync(home);
    const env = { HOME: home, XDG_CACHE_HOME: join(home, 'cache'), HEADSTART_CACHE: join(home, 'ours') };
    assert.equal((await cli.run(['predict', run, pictures], { env })).code, 0);
    assert.deepEqual(readdirSync(home), ['ours']);
  });

  test('a table is not put among the pictures, and the work does not begin', async () => {
    const table = join(pictures, 'answers.csv');
    const { code, lines } = await cli.json(['predict', run, pictures, '--csv', table]);
    assert.equal(code, 2);
    assert.equal(lineOf(lines, 'failure')['code'], 'pictures-in-output');
    assert.deepEqual(linesOf(lines, 'prediction'), []);
    assert.equal(existsSync(table), false);
  });

  test('stored features are not put among the pictures', async () => {
    const cache = join(pictures, 'cache');
    const { code, lines } = await cli.json(['train', pictures, '--cache', cache, '--out', cli.at('never')]);
    assert.equal(code, 2);
    assert.equal(lineOf(lines, 'failure')['code'], 'pictures-in-output');
    assert.equal(existsSync(cache), false);
  });
});

describe('a folder of pictures', () => {
  const cli = temporaryCli({ after });

  test('that goes away while it is read ends the run; it does not become a smaller set', async () => {
    const folder = await drawSet(cli.at('going'), { each: 60 });
    const { child, ended } = cli.start(['train', folder, '--out', cli.at('gone'), '--json', ...quick]);
    await new Promise<void>((resolve) => {
      child.stdout?.on('data', (text: Buffer) => {
        if (text.includes('run-began')) resolve();
      });
    });
    renameSync(folder, cli.at('elsewhere'));
    const { code, stdout } = await ended;
    assert.equal(code, 3);
    assert.match(stdout, /"code":"(pictures-vanished|path-missing|folder-empty)"/);
  });

  test('with train and test beside a third folder is taken for three classes, and told so', async () => {
    const folder = cli.at('parts');
    await drawSet(join(folder, 'train'), { each: 4 });
    await drawSet(join(folder, 'test'), { each: 4, seed: 2 });
    await drawSet(join(folder, 'other'), { each: 4, seed: 3 });
    const { lines } = await cli.json(['import', folder, '--project', cli.at('parts project')]);
    const [note] = linesOf(lines, 'note').filter((each) => each['code'] === 'classes-named-like-parts');
    assert.deepEqual(note['names'], ['test', 'train']);
  });

  test('with a named pipe in it is read to its end', { skip: posixOnly }, async () => {
    const folder = await drawSet(cli.at('piped'));
    execFileSync('mkfifo', [join(folder, 'discs', 'pipe.png')]);
    const { code, lines } = await cli.json(['import', folder, '--project', cli.at('piped project')]);
    assert.equal(code, 0);
    assert.deepEqual(lineOf(lines, 'finished')['reasons'], { 'not-a-picture': 1 });
  });
});

describe('two signals one after the other', () => {
  const cli = temporaryCli({ after });

  test('of which the second repeats the first at once end in order, with 130', async () => {
    const folder = await drawSet(cli.at('pictures'), { each: 60 });
    const { child, ended } = cli.start(['train', folder, '--out', cli.at('run'), '--json', ...quick]);
    await new Promise<void>((resolve) => {
      child.stdout?.on('data', (text: Buffer) => {
        if (text.includes('run-began')) resolve();
      });
    });
    child.kill('SIGINT');
    child.kill('SIGINT');
    const { code, stdout } = await ended;
    assert.equal(code, 130);
    assert.match(stdout, /"code":"cancelled".*--resume/);
    assert.equal(existsSync(cli.at('run', '.lock')), false);
  });
});

describe('projects of one folder', () => {
  const cli = temporaryCli({ after });

  test('stay one, also when two trainings begin together', async () => {
    const folder = await drawSet(cli.at('pictures'));
    const codes = await Promise.all(
      [1, 2].map(async (seed) => (await cli.run(['train', folder, '--seed', String(seed), ...quick])).code),
    );
    assert.deepEqual(codes, [0, 0]);
    assert.deepEqual(readdirSync(cli.home), ['pictures']);
    assert.deepEqual(readdirSync(join(cli.home, 'pictures', 'runs')).sort(), ['1', '2']);
    rmSync(cli.home, { recursive: true });
  });

  test('are not made by a folder that does not exist', async () => {
    assert.equal((await cli.run(['train', cli.at('absent')])).code, 3);
    assert.equal(existsSync(cli.home) ? readdirSync(cli.home).length : 0, 0);
  });
});

describe('standard output', () => {
  const cli = temporaryCli({ after });
  const noFullDevice = existsSync('/dev/full') ? false : 'there is no /dev/full here';

  test('on a full disk is a failure', { skip: noFullDevice }, () => {
    const program = join(repositoryRoot, 'dist', 'src', 'cli', 'main.js');
    const env = { ...process.env, HEADSTART_HOME: cli.home, HEADSTART_CACHE: cli.cache };
    const full = openSync('/dev/full', 'w');
    const { status, stderr } = spawnSync(process.execPath, [program, 'networks'], {
      stdio: ['ignore', full, 'pipe'],
      env,
      encoding: 'utf8',
    });
    closeSync(full);
    assert.equal(status, 1);
    assert.match(stderr, /could not be written/);
  });
});
