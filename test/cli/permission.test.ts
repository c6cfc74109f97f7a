import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { lineOf, linesOf, temporaryCli } from '../support/cli.js';
import { drawSet } from '../support/drawn-pictures.js';
import { giveTo, withoutRights } from '../support/run-as-nobody.js';

const rights = withoutRights();
const options = 'no' in rights ? { skip: rights.no } : {};
const identity = 'no' in rights ? {} : rights.identity;
const quick = ['--set', 'inputSize=64', '--set', 'epochs=2'];

describe('where the system does not allow it', options, () => {
  const cli = temporaryCli({ after });
  const pictures = cli.at('pictures');
  const closed: string[] = [];

  before(async () => {
    await drawSet(pictures, { each: 5 });
    giveTo(identity, cli.folder);
  });

  afterEach(() => {
    for (const path of closed.splice(0)) chmodSync(path, 0o755);
  });

  function close(path: string, mode: number): void {
    chmodSync(path, mode);
    closed.push(path);
  }

  test('a closed folder ends train with 3 and leaves no run', async () => {
    close(pictures, 0);
    const { code, lines } = await cli.json(['train', pictures, '--out', cli.at('none'), ...quick], identity);
    assert.equal(code, 3);
    assert.equal(lineOf(lines, 'failure')['code'], 'permission');
    assert.equal(existsSync(cli.at('none')), false);
  });

  test('a closed class is told, and the others are trained', async () => {
    close(join(pictures, 'discs'), 0);
    const { code, lines } = await cli.json(['train', pictures, '--out', cli.at('two'), ...quick], identity);
    assert.equal(code, 0);
    const [note] = linesOf(lines, 'note').filter((line) => line['code'] === 'folders-closed');
    assert.deepEqual(note['folders'], ['discs']);
  });

  test('a closed picture is left out with that reason', async () => {
    close(join(pictures, 'discs', '00.png'), 0);
    const { code, lines } = await cli.json(['import', pictures, '--project', cli.at('project')], identity);
    assert.equal(code, 0);
    assert.deepEqual(lineOf(lines, 'finished')['reasons'], { permission: 1 });
  });

  test('a closed place for the run ends with 3 and a sentence', async () => {
    mkdirSync(cli.at('closed'));
    giveTo(identity, cli.at('closed'));
    close(cli.at('closed'), 0o555);
    const args = ['train', pictures, '--out', cli.at('closed', 'run'), ...quick];
    const { code, lines } = await cli.json(args, identity);
    assert.equal(code, 3);
    assert.equal(lineOf(lines, 'failure')['code'], 'permission');
    assert.ok(String(lineOf(lines, 'failure')['message']).includes(cli.at('closed', 'run')));
  });

  test('a closed cache ends with 3, a sentence and no run', async () => {
    mkdirSync(cli.at('closed-cache'));
    giveTo(identity, cli.at('closed-cache'));
    close(cli.at('closed-cache'), 0o555);
    const args = [
      'train',
      pictures,
      '--out',
      cli.at('uncached'),
      '--cache',
      cli.at('closed-cache'),
      ...quick,
    ];
    const { code, lines } = await cli.json(args, identity);
    assert.equal(code, 3);
    assert.equal(lineOf(lines, 'failure')['code'], 'permission');
    assert.equal(existsSync(cli.at('uncached')), false);
  });

  test('read-only pictures are trained', async () => {
    close(pictures, 0o555);
    const { code } = await cli.json(['train', pictures, '--out', cli.at('read-only'), ...quick], identity);
    assert.equal(code, 0);
  });
});
