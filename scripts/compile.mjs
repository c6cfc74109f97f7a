/**
 * The build: TypeScript's own `tsc -b`, run only when a source changed since the last good build, with what
 * belongs to deleted sources removed from `dist`.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join, relative, sep } from 'node:path';

/** The folders that are compiled; each has its mirror in `dist`. */
const compiled = ['src', 'test', 'bench'];
const settings = ['tsconfig.json', 'tsconfig.base.json', 'package.json', 'package-lock.json'];
/** What the compiler makes of one source; the longest suffix first. */
const outputSuffixes = ['.d.ts.map', '.d.ts', '.js.map', '.js'];

/** Everything that the build reads, as `{ path, size, modified }`, in a fixed order. */
export function listSources(root) {
  const inFolders = compiled.flatMap((folder) => listFiles(root, folder));
  return [...settings.filter((path) => existsSync(join(root, path))), ...inFolders.filter(isSource)]
    .sort()
    .map((path) => {
      const { size, mtimeMs } = statSync(join(root, path));
      return { path, size, modified: mtimeMs };
    });
}

function isSource(path) {
  return path.endsWith('.ts') || path.endsWith('tsconfig.json');
}

/** Changes when a source is added, removed or written, also when its date goes back. */
export function fingerprint(sources) {
  const hash = createHash('sha256');
  for (const { path, size, modified } of sources) hash.update(`${path}\0${size}\0${modified}\n`);
  return hash.digest('hex');
}

/** The script that the compiler makes of a source; undefined for files that make none. */
export function outputOf(path) {
  return path.endsWith('.ts') && !path.endsWith('.d.ts') ? `dist/${path.slice(0, -3)}.js` : undefined;
}

/** Those of the files below `dist` whose source is gone. */
export function orphans(outputs, sources) {
  const known = new Set(sources);
  return outputs.filter((path) => {
    const source = sourceOf(path);
    return source !== undefined && !known.has(source);
  });
}

function sourceOf(path) {
  const inside = path.slice('dist/'.length);
  if (inside.endsWith('.tsbuildinfo')) return `${inside.slice(0, -'.tsbuildinfo'.length)}/tsconfig.json`;
  const suffix = outputSuffixes.find((candidate) => inside.endsWith(candidate));
  return suffix === undefined ? undefined : `${inside.slice(0, -suffix.length)}.ts`;
}

/** Has a source changed, or a script of the last build gone? */
export function buildIsStale(root) {
  const sources = listSources(root);
  return readStamp(root) !== fingerprint(sources) || missingOutputs(root, sources).length > 0;
}

function missingOutputs(root, sources) {
  return sources.flatMap(({ path }) => outputOf(path) ?? []).filter((path) => !existsSync(join(root, path)));
}

/** Compiles. Resolves to true when there was no error; the compiler's messages go to stderr. */
export async function build(root, { force = false } = {}) {
  const sources = listSources(root);
  rmSync(stampPath(root), { force: true });
  removeOrphans(root, sources);
  // The compiler trusts its own notes: it would not write a script again that somebody deleted.
  const all = force || missingOutputs(root, sources).length > 0;
  if (!(await runCompiler(root, all ? ['--force'] : []))) return false;
  mkdirSync(join(root, 'dist'), { recursive: true });
  // The state from before: a source that was written meanwhile makes the next build.
  writeFileSync(stampPath(root), fingerprint(sources));
  return true;
}

function removeOrphans(root, sources) {
  const outputs = compiled.flatMap((folder) => listFiles(root, `dist/${folder}`));
  const top = listFiles(root, 'dist', false).filter((path) => path.endsWith('.tsbuildinfo'));
  for (const path of orphans(
    [...outputs, ...top],
    sources.map((source) => source.path),
  )) {
    rmSync(join(root, path), { force: true });
  }
  for (const folder of compiled) removeEmptyFolders(join(root, 'dist', folder));
}

function removeEmptyFolders(folder) {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) removeEmptyFolders(join(folder, entry.name));
  }
  if (readdirSync(folder).length === 0) rmdirSync(folder);
}

function runCompiler(root, options) {
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const pretty = process.stderr.isTTY ? ['--pretty'] : [];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [tsc, '-b', ...options, ...pretty], {
      cwd: root,
      stdio: ['ignore', 2, 2],
    });
    child.once('error', reject);
    child.once('close', (code) => resolve(code === 0));
  });
}

function stampPath(root) {
  return join(root, 'dist', '.build-stamp');
}

function readStamp(root) {
  return existsSync(stampPath(root)) ? readFileSync(stampPath(root), 'utf8') : undefined;
}

/** Files below a folder, relative to the root with forward slashes; none where the folder does not exist. */
export function listFiles(root, folder, deep = true) {
  const start = join(root, folder);
  if (!existsSync(start)) return [];
  return readdirSync(start, { withFileTypes: true, recursive: deep })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      relative(root, join(entry.parentPath ?? entry.path, entry.name))
        .split(sep)
        .join('/'),
    );
}
