import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import ts from 'typescript';
import { lineOf, parse, walk } from './source-files.js';
import type { Finding, SourceFile } from './source-files.js';

interface FolderRule {
  /** Folders below `src/`, besides its own. */
  readonly folders: readonly string[];
  readonly packages: readonly string[];
  readonly node: boolean;
}

/** The table of ARCHITECTURE.md. */
const folderRules: Readonly<Record<string, FolderRule>> = {
  shared: { folders: [], packages: ['zod'], node: false },
  engine: {
    folders: ['shared'],
    packages: [
      'csv-parse',
      'csv-stringify',
      'onnxruntime-node',
      'onnxruntime-web',
      'protobufjs',
      'sharp',
      'zod',
    ],
    node: true,
  },
  cli: { folders: ['shared', 'engine'], packages: [], node: true },
  main: { folders: ['shared'], packages: ['electron'], node: true },
  preload: { folders: ['shared'], packages: ['electron'], node: false },
  renderer: {
    folders: ['shared'],
    packages: ['chart.js', 'pinia', 'reka-ui', 'vue', 'vue-chartjs'],
    node: false,
  },
};

/** The order inside the engine: an import points to an earlier row. */
const engineOrder: readonly (readonly string[])[] = [
  ['files'],
  ['images', 'data', 'graph'],
  ['networks', 'runtimes'],
  ['training', 'checks'],
  ['evaluation'],
  ['exports'],
  ['projects'],
  ['serve'],
];

/** Imports within one row, `from -> to`; the other direction stays refused. */
const engineNeighbours: readonly string[] = [
  'data -> images', // an import looks into each picture
  'checks -> training', // overfitting a batch and the learning-rate range run the training loop
];

interface Import {
  readonly name: string;
  readonly line: number;
}

/** Every import, export from, `import()`, `require()` and `import('x')` type of a file. */
export function importsOf(file: SourceFile): readonly Import[] {
  const found: Import[] = [];
  walk(parse(file), (node) => {
    const name = importedName(node);
    if (name !== undefined) found.push({ name, line: lineOf(node) });
    return true;
  });
  return found;
}

function importedName(node: ts.Node): string | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return literal(node.moduleSpecifier);
  if (ts.isExternalModuleReference(node)) return literal(node.expression);
  if (ts.isImportTypeNode(node)) {
    return ts.isLiteralTypeNode(node.argument) ? literal(node.argument.literal) : undefined;
  }
  if (!ts.isCallExpression(node)) return undefined;
  const { expression } = node;
  const loads = expression.kind === ts.SyntaxKind.ImportKeyword || expression.getText() === 'require';
  return loads ? literal(node.arguments[0]) : undefined;
}

function literal(node: ts.Node | undefined): string | undefined {
  return node !== undefined && ts.isStringLiteralLike(node) ? node.text : undefined;
}

/** Imports of a file below `src/` that the table or the engine's order forbids. */
export function forbiddenImports(file: SourceFile): readonly Finding[] {
  return importsOf(file).flatMap(({ name, line }) => {
    const problem = name.startsWith('.') ? pathProblem(file.path, name) : packageProblem(file.path, name);
    return problem === undefined ? [] : [{ path: file.path, line, problem }];
  });
}

function packageProblem(path: string, name: string): string | undefined {
  const folder = folderOf(path);
  const rule = folderRules[folder];
  if (rule === undefined) return `src/${folder} is not in the table of folders`;
  if (isBuiltin(name)) {
    if (!name.startsWith('node:')) return `${name} is to be imported as node:${name}`;
    return rule.node ? undefined : `${folder} may not import ${name}`;
  }
  return rule.packages.includes(packageOf(name)) ? undefined : `${folder} may not import the package ${name}`;
}

/** `csv-parse/sync` belongs to csv-parse, `@scope/name/part` to @scope/name. */
function packageOf(name: string): string {
  return name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');
}

function pathProblem(path: string, name: string): string | undefined {
  const target = posix.join(posix.dirname(path), name);
  if (!target.startsWith('src/')) return `src may not import ${target}`;
  const [from, to] = [folderOf(path), folderOf(target)];
  if (from !== to)
    return folderRules[from]?.folders.includes(to) ? undefined : `${from} may not import ${to}`;
  return from === 'engine' ? engineProblem(path, target) : undefined;
}

function engineProblem(path: string, target: string): string | undefined {
  const [from, to] = [engineFolderOf(path), engineFolderOf(target)];
  if (from === to || engineNeighbours.includes(`${from} -> ${to}`)) return undefined;
  const [fromRow, toRow] = [rowOf(from), rowOf(to)];
  const unknown = fromRow < 0 ? from : toRow < 0 ? to : undefined;
  if (unknown !== undefined) return `engine/${unknown} is not in the order of the engine's folders`;
  return toRow < fromRow ? undefined : `engine/${from} may not import engine/${to}`;
}

function rowOf(folder: string): number {
  return engineOrder.findIndex((row) => row.includes(folder));
}

/** `src/engine/files/disk.ts` is in engine, and there in files; `src/engine/serve.ts` counts as serve. */
function folderOf(path: string): string {
  return path.split('/')[1] ?? '';
}

function engineFolderOf(path: string): string {
  return (path.split('/')[2] ?? '').replace(/\.[jt]s$/, '');
}
