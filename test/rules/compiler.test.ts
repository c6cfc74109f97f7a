import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import ts from 'typescript';
import { repositoryRoot } from '../support/repository.js';

/** In every folder of `src`: something to import. */
const target = 'target-of-this-test';

/**
 * What the compiler says to one more file in a folder of `src`, under that folder's own tsconfig. The file and
 * what it imports exist in memory only.
 */
function compilerErrors(folder: string, text: string): readonly number[] {
  const config = join(repositoryRoot, 'src', folder, 'tsconfig.json');
  const added = ts.sys.resolvePath(join(repositoryRoot, 'src', folder, 'file-of-this-test.ts'));
  const parsed = ts.getParsedCommandLineOfConfigFile(
    config,
    {},
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic },
  );
  assert.ok(parsed, config);
  const program = ts.createProgram({
    rootNames: [added],
    options: parsed.options,
    ...(parsed.projectReferences === undefined ? {} : { projectReferences: parsed.projectReferences }),
    host: withFile(ts.createCompilerHost(parsed.options), added, text),
  });
  const found = [
    ...program.getOptionsDiagnostics(),
    ...program.getSemanticDiagnostics(program.getSourceFile(added)),
  ];
  return [...new Set(found.map(({ code }) => code))];
}

function onUnRecoverableConfigFileDiagnostic({ messageText }: ts.Diagnostic): never {
  throw new Error(ts.flattenDiagnosticMessageText(messageText, '\n'));
}

function withFile(host: ts.CompilerHost, added: string, text: string): ts.CompilerHost {
  const textOf = (path: string): string | undefined => {
    if (ts.sys.resolvePath(path) === added) return text;
    return path.endsWith(`/${target}.ts`) ? 'export const found = true;' : undefined;
  };
  return {
    ...host,
    fileExists: (path) => textOf(path) !== undefined || host.fileExists(path),
    readFile: (path) => textOf(path) ?? host.readFile(path),
    getSourceFile: (path, version, ...rest) => {
      const own = textOf(path);
      return own === undefined
        ? host.getSourceFile(path, version, ...rest)
        : ts.createSourceFile(path, own, version);
    },
  };
}

const cannotFindModule = 2307;
/** "... is a module of Node: install its types", which this folder's tsconfig leaves out. */
const noTypesOfNode = 2591;
const notInThisProject = 6307;

describe('the compiler refuses', () => {
  test('a module of Node in shared', () => {
    assert.deepEqual(compilerErrors('shared', "export * from 'node:fs';"), [noTypesOfNode]);
  });

  test('the engine in shared', () => {
    assert.ok(compilerErrors('shared', `export * from '../engine/${target}.js';`).includes(notInThisProject));
  });

  test('the command line in the engine', () => {
    assert.ok(compilerErrors('engine', `export * from '../cli/${target}.js';`).includes(notInThisProject));
  });

  test('the engine in main', () => {
    assert.ok(compilerErrors('main', `export * from '../engine/${target}.js';`).includes(notInThisProject));
  });

  test('the engine in the page', () => {
    assert.ok(
      compilerErrors('renderer', `export * from '../engine/${target}.js';`).includes(notInThisProject),
    );
  });

  test('a module of Node in the page', () => {
    assert.deepEqual(compilerErrors('renderer', "export * from 'node:fs';"), [noTypesOfNode]);
  });

  test('a package that is not there', () => {
    assert.deepEqual(compilerErrors('engine', "export * from 'no-such-package';"), [cannotFindModule]);
  });
});

describe('the compiler accepts', () => {
  test('shared in the engine', () => {
    assert.deepEqual(compilerErrors('engine', "export * from '../shared/contract/failures.js';"), []);
  });

  test('a module of Node in the engine', () => {
    assert.deepEqual(compilerErrors('engine', "export * from 'node:fs';"), []);
  });

  test('shared in the page', () => {
    assert.deepEqual(compilerErrors('renderer', "export * from '../shared/contract/failures.js';"), []);
  });
});
