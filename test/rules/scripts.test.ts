import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { repositoryRoot } from '../support/repository.js';

/** The scripts are plain JavaScript without types: what is tested of them is named here. */
interface Scripts {
  nodeProblem(version: string): string | undefined;
  packagesProblem(
    wanted: { readonly packages: Record<string, object> },
    installed: { readonly packages: Record<string, object> } | undefined,
    isThere: (path: string) => boolean,
    system: { readonly os: string; readonly cpu: string },
  ): string | undefined;
  fingerprint(sources: readonly { path: string; size: number; modified: number }[]): string;
  orphans(outputs: readonly string[], sources: readonly string[]): readonly string[];
  isStale(holder: { pid: number; token: string; beat: number }, now: number, alive: () => boolean): boolean;
  results(events: readonly object[], ending: object): readonly { name: string; outcome: string }[];
  exitCode(code: number | null, signal: string | null): number;
  programArguments(given: readonly string[]): readonly string[];
}

async function load(name: string): Promise<Scripts> {
  const url = pathToFileURL(join(repositoryRoot, 'scripts', name)).href;
  return (await import(url)) as Scripts; // each module has a part of these; a wrong name fails the test
}

const { nodeProblem } = await load('set-up.mjs');
const { packagesProblem } = await load('packages.mjs');
const { fingerprint, orphans } = await load('compile.mjs');
const { isStale } = await load('folder-lock.mjs');
const { results } = await load('test-files.mjs');
const { exitCode, programArguments } = await load('start.mjs');

test('Node older than 20.19 is refused in words', () => {
  assert.match(nodeProblem('20.18.9') ?? '', /needs Node 20\.19 or newer, and this is Node 20\.18\.9/);
  assert.equal(nodeProblem('20.19.0'), undefined);
  assert.equal(nodeProblem('24.0.0'), undefined);
});

describe('packages', () => {
  const linux = { os: 'linux', cpu: 'x64' };
  const installed = { packages: { 'node_modules/a': { version: '1.0.0' } } };
  const locked = { packages: { '': {}, ...installed.packages } };
  const there = (): boolean => true;

  test('are in order when npm installed what is locked', () => {
    assert.equal(packagesProblem(locked, installed, there, linux), undefined);
  });

  test('are missing without a record of npm', () => {
    assert.equal(packagesProblem(locked, undefined, there, linux), 'they are not installed yet');
  });

  test('of another version are found', () => {
    const older = { packages: { 'node_modules/a': { version: '0.9.0' } } };
    assert.equal(packagesProblem(locked, older, there, linux), 'a is not the version 1.0.0');
  });

  test('whose folder was deleted are found', () => {
    assert.equal(
      packagesProblem(locked, installed, () => false, linux),
      'a is missing',
    );
  });

  test('copied from another system are found', () => {
    const foreign = {
      packages: { 'node_modules/@b/c': { version: '1.0.0', os: ['darwin'], optional: true } },
    };
    assert.equal(packagesProblem(foreign, foreign, there, linux), '@b/c is made for another system');
  });

  test('for other systems may be absent', () => {
    const both = { packages: { 'node_modules/c': { version: '1.0.0', os: ['darwin'], optional: true } } };
    assert.equal(packagesProblem(both, { packages: {} }, there, linux), undefined);
  });
});

describe('the build', () => {
  test('is stale when a source is gone or has an older date', () => {
    const source = { path: 'src/a.ts', size: 1, modified: 5 };
    assert.notEqual(fingerprint([source]), fingerprint([]));
    assert.notEqual(fingerprint([source]), fingerprint([{ ...source, modified: 4 }]));
  });

  test('leaves nothing of a deleted source', () => {
    const outputs = [
      'dist/test/unit/a.test.js',
      'dist/test/unit/a.test.d.ts.map',
      'dist/test/unit/b.test.js',
    ];
    assert.deepEqual(orphans(outputs, ['test/unit/b.test.ts']), outputs.slice(0, 2));
  });
});

test('a lock is stale when its process is gone or silent for more than five minutes', () => {
  const holder = { pid: 1, token: 'a', beat: 0 };
  assert.equal(
    isStale(holder, 1000, () => true),
    false,
  );
  assert.equal(
    isStale(holder, 1000, () => false),
    true,
  );
  assert.equal(
    isStale(holder, 300_001, () => true),
    true,
  );
});

describe('a test file', () => {
  const well = { code: 0, signal: null, timedOut: false, seconds: 9, output: '' };
  const complete = { kind: 'complete' };
  const passed = { kind: 'end', name: 'a', nesting: 0, suite: false, outcome: 'passed' };

  function outcomes(events: readonly object[], ending: object = well): readonly string[] {
    return results(events, ending).map(({ name, outcome }) => `${outcome} ${name}`);
  }

  test('counts its tests under the names of their groups, not the groups', () => {
    const events = [
      { kind: 'start', name: 'group', nesting: 0 },
      { ...passed, nesting: 1 },
      { ...passed, name: 'group', suite: true },
      complete,
    ];
    assert.deepEqual(outcomes(events), ['passed group > a']);
  });

  test('fails when it holds no test', () => {
    assert.deepEqual(outcomes([complete]), ['failed the file']);
  });

  test('fails when its process crashes after a test that passed', () => {
    assert.deepEqual(outcomes([passed, complete], { ...well, code: 1 }), ['passed a', 'failed the file']);
  });

  test('fails when its process ends well before its tests do', () => {
    assert.deepEqual(outcomes([passed, { kind: 'begin', name: 'b' }]), ['passed a', 'failed the file']);
  });
});

test('a program that a signal ended has the exit code that shells give it', () => {
  assert.equal(exitCode(null, 'SIGINT'), 130);
  assert.equal(exitCode(3, null), 3);
});

test('a start without a verb asks for help', () => {
  assert.deepEqual(programArguments([]), ['--help']);
  assert.deepEqual(programArguments(['doctor', '--json']), ['doctor', '--json']);
});
