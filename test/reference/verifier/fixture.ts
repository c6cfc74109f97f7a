import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { repositoryRoot } from '../../support/repository.js';

/** What make_fixture.py wrote down, and how the tests of the verifiers start them. */
const folder = join(repositoryRoot, 'test', 'reference', 'verifier');
export const programs = join(repositoryRoot, 'resources', 'verify');
export const model = join(folder, 'tiny.onnx');
export const preprocessingFile = join(folder, 'preprocessing.json');

export interface Expected {
  /** By crop and size ("stretch 224"), then by picture: SHA-256 of the pixels [size, size, 3]. */
  readonly sha256: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly probabilities: Readonly<Record<string, readonly number[]>>;
}

export interface ListedPicture {
  readonly path: string;
  readonly probabilities: readonly number[];
}

export interface Verdict {
  readonly runtime: string;
  readonly pictures: number;
  readonly agreement: number | null;
  readonly largestDifference: number | null;
  readonly worst: string | null;
  readonly failures: readonly { readonly path: string; readonly reason: string }[];
  readonly sumError: number | null;
}

export interface Ending {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

// Our own file beside this one, made by make_fixture.py in this shape.
export const expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as Expected;

export const pictureNames: readonly string[] = readdirSync(join(folder, 'pictures')).sort();

export function picturePath(name: string): string {
  return join(folder, 'pictures', name);
}

/** All pictures with the probabilities they should have. */
export function rightList(): ListedPicture[] {
  return pictureNames.map((name) => ({
    path: picturePath(name),
    probabilities: expected.probabilities[name] ?? [],
  }));
}

/** An empty folder for the tests of one file, removed after them. */
export function temporaryFolder(): string {
  const path = mkdtempSync(join(tmpdir(), 'verifier-'));
  after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** Writes JSON lines and gives the file's path. */
export function writeList(path: string, pictures: readonly ListedPicture[]): string {
  writeFileSync(path, jsonLines(pictures));
  return path;
}

export function jsonLines(pictures: readonly ListedPicture[]): string {
  return pictures.map((picture) => `${JSON.stringify(picture)}\n`).join('');
}

/** Runs a program to its end; `input` is its standard input. */
export function run(command: string, words: readonly string[], input = ''): Promise<Ending> {
  return new Promise((resolve) => {
    const child = execFile(command, words, { timeout: 60_000 }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err });
    });
    child.stdin?.end(input);
  });
}

/** The one line of JSON that a verifier printed. */
export function verdictOf(ending: Ending): Verdict {
  // A verifier's documented output; the tests then compare each of its fields.
  return JSON.parse(ending.out) as Verdict;
}

/** The text that a sample printed with its probabilities taken out, and these probabilities. */
export function splitPrinted(out: string): { readonly text: string; readonly numbers: readonly number[] } {
  const decimal = /\b[01]\.\d{6}\b/g;
  return { text: out.replaceAll(decimal, '#'), numbers: (out.match(decimal) ?? []).map(Number) };
}

/** The largest difference of two lists of numbers, NaN if their lengths differ. */
export function largestDifference(found: readonly number[], due: readonly number[]): number {
  if (found.length !== due.length) return NaN;
  return Math.max(...due.map((value, i) => Math.abs(value - (found[i] ?? NaN))));
}
