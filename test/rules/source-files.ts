import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import ts from 'typescript';
import { repositoryRoot } from '../support/repository.js';

/** A file of the repository; `path` is relative to its root, with forward slashes. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** What a rule has against a place. */
export interface Finding {
  readonly path: string;
  readonly line: number;
  readonly problem: string;
}

/** Larger files are weights and pictures. */
const textLimit = 1_000_000;

/** All paths that are, or are about to be, in the repository. */
export function repositoryPaths(): readonly string[] {
  return (pathsOfGit() ?? pathsOnDisk()).filter((path) => existsSync(join(repositoryRoot, path))).sort();
}

function pathsOfGit(): string[] | undefined {
  if (!existsSync(join(repositoryRoot, '.git'))) return undefined;
  const options = { cwd: repositoryRoot, encoding: 'utf8', maxBuffer: 64 * 2 ** 20 } as const;
  const out = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], options);
  return out.split('\0').filter((path) => path !== '');
}

/** For an unpacked archive of the sources, which has no `.git`. */
function pathsOnDisk(folder = ''): string[] {
  const ignored = ['node_modules', 'dist', '.git', 'release'];
  return readdirSync(join(repositoryRoot, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = relative(repositoryRoot, join(repositoryRoot, folder, entry.name))
      .split(sep)
      .join('/');
    if (!entry.isDirectory()) return path.endsWith('.tsbuildinfo') || path.endsWith('.log') ? [] : [path];
    return ignored.includes(entry.name) ? [] : pathsOnDisk(path);
  });
}

/** Files with text in them; pictures, weights and the like are left out. */
export function textFiles(select: (path: string) => boolean = () => true): readonly SourceFile[] {
  return repositoryPaths()
    .filter(select)
    .filter((path) => isSmallFile(join(repositoryRoot, path)))
    .map((path) => ({ path, text: readFileSync(join(repositoryRoot, path), 'utf8') }))
    .filter(({ text }) => !text.includes('\0'));
}

function isSmallFile(path: string): boolean {
  const stat = statSync(path);
  return stat.isFile() && stat.size <= textLimit;
}

/** The TypeScript sources of some folders. */
export function typescriptFiles(...folders: readonly string[]): readonly SourceFile[] {
  return textFiles((path) => path.endsWith('.ts') && folders.some((folder) => path.startsWith(`${folder}/`)));
}

export function parse({ path, text }: SourceFile): ts.SourceFile {
  return ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
}

export function lineOf(node: ts.Node): number {
  const file = node.getSourceFile();
  return file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;
}

/** Calls `look` for every node; where that returns false, nothing below the node is looked at. */
export function walk(node: ts.Node, look: (node: ts.Node) => boolean): void {
  if (look(node)) ts.forEachChild(node, (child) => walk(child, look));
}

/** The lines of a text that a pattern fits, as findings. */
export function linesWith({ path, text }: SourceFile, pattern: RegExp, problem: string): readonly Finding[] {
  return text
    .split('\n')
    .flatMap((content, index) => (pattern.test(content) ? [{ path, line: index + 1, problem }] : []));
}

/** One line for each finding, as an editor can jump to it. */
export function listed(findings: readonly Finding[]): readonly string[] {
  return findings.map(({ path, line, problem }) => `${path}:${line} ${problem}`);
}
