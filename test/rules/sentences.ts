import ts from 'typescript';
import { lineOf, parse, walk } from './source-files.js';
import type { Finding, SourceFile } from './source-files.js';

/** So many words in a row are taken for something that a person will read. */
const fewestWords = 3;

/** Whole files whose strings are not for people, with the reason. */
export const filesWithoutWords: Readonly<Record<string, string>> = {
  'src/engine/images/sniff.ts': 'lists of suffixes, such as jpg jpeg jpe',
};

/** What makes the message of a bug, which is logged and never shown as an answer. */
const bugs: readonly string[] = ['Error', 'RangeError', 'TypeError', 'DOMException', 'super', 'impossible'];

/** Sentences in string literals and templates outside a folder named `text`. */
export function sentencesOutsideText(file: SourceFile): readonly Finding[] {
  if (file.path.split('/').includes('text') || file.path in filesWithoutWords) return [];
  const findings: Finding[] = [];
  walk(parse(file), (node) => {
    if (isExempt(node)) return false;
    const text = textOf(node);
    if (text === undefined || !isSentence(text)) return true;
    findings.push({
      path: file.path,
      line: lineOf(node),
      problem: `a sentence outside text/: ${shorten(text)}`,
    });
    return false;
  });
  return findings;
}

/** Messages of bugs, names of modules, and literals used as types. `FailureError` is no bug: it is for people. */
function isExempt(node: ts.Node): boolean {
  if (ts.isNewExpression(node) || ts.isCallExpression(node)) return bugs.includes(node.expression.getText());
  return ts.isImportDeclaration(node) || ts.isExportDeclaration(node) || ts.isLiteralTypeNode(node);
}

function textOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return undefined;
  return [node.head, ...node.templateSpans.map(({ literal }) => literal)].map(({ text }) => text).join('0');
}

/** Three words in a row: letters only, at least two, with the signs that belong to a sentence around them. */
function isSentence(text: string): boolean {
  let words = 0;
  for (const part of text.split(/\s+/)) {
    words = /^["'(]?\p{L}[\p{L}'’-]+[.,:;!?)"']*$/u.test(part) ? words + 1 : 0;
    if (words === fewestWords) return true;
  }
  return false;
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 60 ? `${line.slice(0, 57)}...` : line;
}
