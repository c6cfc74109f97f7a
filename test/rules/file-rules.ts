import ts from 'typescript';
import { lineOf, linesWith, parse, walk } from './source-files.js';
import type { Finding, SourceFile } from './source-files.js';

// The words looked for are put together from pieces, so that this file does not find itself.
const machinePaths = new RegExp(
  ['(^|[^\\w.])', '/', '(work|fa', 'rm)/', '|bash', '_jobs', '|/ho', 'me/[a-z]'].join(''),
);
const registryHosts = new RegExp(
  [
    'registry\\.(npm',
    'js|yarn',
    'pkg)',
    '|npm',
    'mirror',
    '|(^|[^\\w])py',
    'pi\\.org',
    '|python',
    'hosted',
  ].join(''),
);
const openNote = new RegExp(['\\b(TO', 'DO|FIX', 'ME|XX', 'X)\\b'].join(''));
const reasonedNote = new RegExp(['\\b(TO', 'DO|FIX', 'ME)(\\([^)]+\\))?: \\S'].join(''));
const silencers = new RegExp(['@ts-', '(ignore|nocheck|expect-error)', '|eslint-', 'disable'].join(''));

export const longestFile = 400;

export function tooLong({ path, text }: SourceFile): readonly Finding[] {
  const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
  if (lines <= longestFile) return [];
  return [{ path, line: longestFile, problem: `${lines} lines: look for the second thing in it` }];
}

/** `any`, and comments that silence the compiler or the linter. */
export function looseTypes(file: SourceFile): readonly Finding[] {
  const findings: Finding[] = [];
  walk(parse(file), (node) => {
    if (node.kind === ts.SyntaxKind.AnyKeyword) {
      findings.push({ path: file.path, line: lineOf(node), problem: 'any' });
    }
    return true;
  });
  return [...findings, ...linesWith(file, silencers, 'a comment that silences a check')];
}

export function defaultExports(file: SourceFile): readonly Finding[] {
  return parse(file).statements.flatMap((node) =>
    isDefaultExport(node) ? [{ path: file.path, line: lineOf(node), problem: 'a default export' }] : [],
  );
}

function isDefaultExport(node: ts.Statement): boolean {
  if (ts.isExportAssignment(node)) return true;
  if (ts.isExportDeclaration(node)) return /\bas default\b/.test(node.getText());
  const modifiers = ts.canHaveModifiers(node) ? (ts.getModifiers(node) ?? []) : [];
  return modifiers.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword);
}

/** A file named index, or one that does nothing but export from others. */
export function barrels(file: SourceFile): readonly Finding[] {
  const { statements } = parse(file);
  const isBarrel =
    /(^|\/)index\.ts$/.test(file.path) ||
    (statements.length > 0 &&
      statements.every((node) => ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined));
  return isBarrel ? [{ path: file.path, line: 1, problem: 'a barrel file' }] : [];
}

export function machineNames(file: SourceFile): readonly Finding[] {
  return [
    ...linesWith(file, machinePaths, 'a path of one machine'),
    ...linesWith(file, registryHosts, 'the address of a package registry'),
  ];
}

export function openNotes({ path, text }: SourceFile): readonly Finding[] {
  return linesWith({ path, text }, openNote, 'an open note without a reason after a colon').filter(
    ({ line }) => !reasonedNote.test(text.split('\n')[line - 1] ?? ''),
  );
}

export function lockedAddresses(file: SourceFile): readonly Finding[] {
  return linesWith(file, /^\s*"resolved":/, 'an address in the lock file');
}

export function scriptsAllowed({ path, text }: SourceFile): readonly Finding[] {
  const off = text.split('\n').some((line) => /^ignore-scripts\s*=\s*true\s*$/.test(line));
  return off ? [] : [{ path, line: 1, problem: 'ignore-scripts=true is missing' }];
}
