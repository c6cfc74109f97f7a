import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as rules from './file-rules.js';
import { listed, textFiles, typescriptFiles } from './source-files.js';
import type { Finding, SourceFile } from './source-files.js';

const code = /^(src|scripts|test)\/.*\.(ts|mjs|js|cjs|vue|css|html|py)$/;
const own = textFiles();

function among(
  files: readonly SourceFile[],
  rule: (file: SourceFile) => readonly Finding[],
): readonly string[] {
  return listed(files.flatMap(rule));
}

describe('in the repository', () => {
  test('no file of code is too long', () => {
    assert.deepEqual(
      among(
        textFiles((path) => code.test(path)),
        rules.tooLong,
      ),
      [],
    );
  });

  test('no type is loose and no check silenced', () => {
    assert.deepEqual(among(typescriptFiles('src'), rules.looseTypes), []);
  });

  test('nothing is exported as default', () => {
    assert.deepEqual(among(typescriptFiles('src'), rules.defaultExports), []);
  });

  test('there is no barrel file', () => {
    assert.deepEqual(among(typescriptFiles('src'), rules.barrels), []);
  });

  test('nothing names a machine or a package registry', () => {
    assert.deepEqual(among(own, rules.machineNames), []);
  });

  test('every open note has its reason', () => {
    assert.deepEqual(
      among(
        own.filter(({ path }) => path !== 'package-lock.json'),
        rules.openNotes,
      ),
      [],
    );
  });

  test('the lock file holds no addresses', () => {
    const lock = textFiles((path) => path === 'package-lock.json');
    assert.equal(lock.length, 1);
    assert.deepEqual(among(lock, rules.lockedAddresses), []);
  });

  test('npm runs no scripts of packages', () => {
    const settings = textFiles((path) => path === '.npmrc');
    assert.equal(settings.length, 1);
    assert.deepEqual(among(settings, rules.scriptsAllowed), []);
  });
});

describe('each rule finds what it forbids', () => {
  function problems(
    rule: (file: SourceFile) => readonly Finding[],
    text: string,
    path = 'src/a.ts',
  ): readonly string[] {
    return listed(rule({ path, text }));
  }

  test('401 lines', () => {
    assert.deepEqual(problems(rules.tooLong, 'x\n'.repeat(401)), [
      'src/a.ts:400 401 lines: look for the second thing in it',
    ]);
    assert.deepEqual(problems(rules.tooLong, 'x\n'.repeat(400)), []);
  });

  test('any as a type, not as a word', () => {
    assert.deepEqual(problems(rules.looseTypes, "// any\nconst a: any = 'any';"), ['src/a.ts:2 any']);
  });

  test('comments that silence a check', () => {
    assert.equal(problems(rules.looseTypes, ['// @ts-', 'ignore'].join('')).length, 1);
    assert.equal(problems(rules.looseTypes, ['/* eslint-', 'disable */'].join('')).length, 1);
  });

  test('default exports of three kinds', () => {
    assert.deepEqual(problems(rules.defaultExports, 'export default 1;'), ['src/a.ts:1 a default export']);
    assert.equal(problems(rules.defaultExports, 'export default function a() {}').length, 1);
    assert.equal(problems(rules.defaultExports, 'const a = 1;\nexport { a as default };').length, 1);
  });

  test('a file named index and one that only exports from others', () => {
    assert.equal(problems(rules.barrels, 'export const a = 1;', 'src/shared/index.ts').length, 1);
    assert.equal(problems(rules.barrels, "export * from './b.js';").length, 1);
    assert.deepEqual(problems(rules.barrels, "export * from './b.js';\nexport const a = 1;"), []);
  });

  test('paths of machines', () => {
    assert.deepEqual(problems(rules.machineNames, ['a\nread ', '/wo', 'rk/b'].join('')), [
      'src/a.ts:2 a path of one machine',
    ]);
    assert.equal(problems(rules.machineNames, ['/ho', 'me/ann/x'].join('')).length, 1);
    assert.equal(problems(rules.machineNames, ['/tmp/bash', '_jobs.0'].join('')).length, 1);
    assert.deepEqual(problems(rules.machineNames, ["'../wo", "rk/a.js'; 'home/a'"].join('')), []);
  });

  test('addresses of package registries', () => {
    assert.equal(problems(rules.machineNames, ['https://registry.npm', 'js.org/zod'].join('')).length, 1);
    assert.equal(problems(rules.machineNames, ['https://py', 'pi.org/simple'].join('')).length, 1);
  });

  test('an open note without a reason', () => {
    assert.equal(problems(rules.openNotes, ['// TO', 'DO later'].join('')).length, 1);
    assert.deepEqual(problems(rules.openNotes, ['// TO', 'DO: needs a card to be measured'].join('')), []);
  });

  test('an address in the lock file', () => {
    assert.equal(
      problems(rules.lockedAddresses, '{\n  "resolved": "https://example.org/a.tgz"\n}').length,
      1,
    );
  });

  test('settings of npm without the line', () => {
    assert.equal(problems(rules.scriptsAllowed, 'fund=false\n').length, 1);
    assert.deepEqual(problems(rules.scriptsAllowed, 'ignore-scripts=true\n'), []);
  });
});
