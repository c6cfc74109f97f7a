import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { forbiddenImports, importsOf } from './import-rules.js';
import { listed, typescriptFiles } from './source-files.js';

function problems(path: string, text: string): readonly string[] {
  return listed(forbiddenImports({ path, text }));
}

test('every import of src points where ARCHITECTURE.md allows it', () => {
  assert.deepEqual(listed(typescriptFiles('src').flatMap(forbiddenImports)), []);
});

describe('a forbidden import is found', () => {
  test('of another folder', () => {
    assert.deepEqual(problems('src/shared/a.ts', "import { x } from '../engine/files/disk.js';"), [
      'src/shared/a.ts:1 shared may not import engine',
    ]);
  });

  test('of a package that belongs elsewhere', () => {
    assert.deepEqual(problems('src/engine/images/a.ts', "\nimport { app } from 'electron';"), [
      'src/engine/images/a.ts:2 engine may not import the package electron',
    ]);
  });

  test('of Node by a folder that has to run without it', () => {
    assert.deepEqual(problems('src/renderer/a.ts', "import 'node:fs';"), [
      'src/renderer/a.ts:1 renderer may not import node:fs',
    ]);
  });

  test('of Node without its prefix', () => {
    assert.deepEqual(problems('src/engine/files/a.ts', "import 'fs';"), [
      'src/engine/files/a.ts:1 fs is to be imported as node:fs',
    ]);
  });

  test('against the order inside the engine', () => {
    assert.deepEqual(problems('src/engine/graph/a.ts', "import '../training/plan.js';"), [
      'src/engine/graph/a.ts:1 engine/graph may not import engine/training',
    ]);
  });

  test('between neighbours inside the engine', () => {
    assert.deepEqual(problems('src/engine/images/a.ts', "import '../graph/node.js';"), [
      'src/engine/images/a.ts:1 engine/images may not import engine/graph',
    ]);
  });

  test('of a folder of the engine that the order does not know', () => {
    assert.deepEqual(problems('src/engine/graph/a.ts', "import '../utils/a.js';"), [
      "src/engine/graph/a.ts:1 engine/utils is not in the order of the engine's folders",
    ]);
  });

  test('of something outside src', () => {
    assert.deepEqual(problems('src/cli/main.ts', "import '../../test/support/repository.js';"), [
      'src/cli/main.ts:1 src may not import test/support/repository.js',
    ]);
  });
});

test('an import that the table allows is left alone', () => {
  const text =
    "import '../files/disk.js'; import '../../shared/random.js'; import 'node:fs'; import 'sharp';";
  assert.deepEqual(problems('src/engine/images/a.ts', text), []);
});

test('every way to import is seen', () => {
  const text = [
    "import type { A } from 'a';",
    "export * from 'b';",
    "import c = require('c');",
    "const d = await import('d');",
    "const e = require('e');",
    "type F = import('f').F;",
    "import 'g';",
  ].join('\n');
  assert.deepEqual(
    importsOf({ path: 'src/shared/a.ts', text }).map(({ name }) => name),
    ['a', 'b', 'c', 'd', 'e', 'f', 'g'],
  );
});
