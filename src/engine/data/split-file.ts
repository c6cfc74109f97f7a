import { parse } from 'csv-parse/sync';
import { fail, type SplitProblem } from '../../shared/contract/failures.js';
import type { Part } from '../../shared/contract/parts.js';
import { readWhole } from '../files/disk.js';
import { partNamed } from './layout.js';

/** A row of a split CSV: `file` below the folder, its class, and its part where the file gives one. */
export interface SplitRow {
  readonly file: string;
  readonly class: string;
  readonly part: Part | undefined;
}

/**
 * Reads a CSV with the columns `file`, `class` and, if wanted, `split` (training|train,
 * validation|val|valid, test; empty: the product splits). Further columns are ignored. Throws
 * `split-unreadable` with the line and the problem.
 */
export async function readSplitFile(path: string): Promise<SplitRow[]> {
  const text = Buffer.from(await readWhole(path)).toString('utf8');
  const records = parseRecords(text, path);
  const unreadable = (line: number, problem: SplitProblem, detail = ''): never =>
    fail({ code: 'split-unreadable', path, line, problem, detail });
  const header = records[0]?.record ?? unreadable(1, 'columns');
  const column = (name: string): number => header.findIndex((each) => each.trim().toLowerCase() === name);
  const [file, name, split] = [column('file'), column('class'), column('split')];
  if (file < 0 || name < 0) unreadable(1, 'columns');
  if (records.length === 1) unreadable(1, 'no-rows');
  const seen = new Set<string>();
  return records.slice(1).map(({ record, info: { lines: line } }) => {
    const row = { file: normal(record[file] ?? ''), class: record[name] ?? '', word: record[split] ?? '' };
    if (row.file === '' || row.class === '') unreadable(line, row.file === '' ? 'no-file' : 'no-class');
    if (seen.has(row.file)) unreadable(line, 'twice', row.file);
    seen.add(row.file);
    const part = partNamed(row.word);
    if (part === undefined && row.word.trim() !== '') unreadable(line, 'unknown-part', row.word);
    return { file: row.file, class: row.class, part };
  });
}

/** A row, and the line on which it ends: empty lines and cells of several lines count. */
interface CsvRecord {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

function parseRecords(text: string, path: string): CsvRecord[] {
  try {
    const options = {
      bom: true,
      info: true,
      skip_empty_lines: true,
      relax_column_count: true,
      record_delimiter: ['\r\n', '\n', '\r'], // also where one file mixes them
      delimiter: delimiterOf(text),
    };
    // without `columns` the package gives arrays of strings, with `info` beside where they stood
    return parse(text, options) as unknown as CsvRecord[];
  } catch (error) {
    const line = error instanceof Error && 'lines' in error ? Number(error.lines) : 0;
    return fail({
      code: 'split-unreadable',
      path,
      line,
      problem: 'not-csv',
      detail: error instanceof Error ? error.message : '',
    });
  }
}

/** Comma, semicolon or tab: the one that the first line has most of. */
function delimiterOf(text: string): string {
  const [first] = text.split(/\r?\n/, 1);
  const count = (delimiter: string): number => first.split(delimiter).length;
  return [',', ';', '\t'].reduce((best, each) => (count(each) > count(best) ? each : best));
}

function normal(file: string): string {
  return file.replaceAll('\\', '/').replace(/^\.\//, '');
}
