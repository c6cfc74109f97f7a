import { styleText } from 'node:util';
import { clearLine, cursorTo } from 'node:readline';

/** Where a verb's words go: results to standard output, all else to standard error. */
export interface Terminal {
  /** With --json: one object a line on standard output, and nothing else there. */
  readonly json: boolean;
  /** A JSON line; nothing without --json. */
  object(value: object): void;
  /** A line for people on standard output; nothing with --json. */
  line(text?: string): void;
  /** A line for people on standard error, with and without --json. */
  remark(text: string): void;
  /** A progress bar on standard error; nothing where that is no terminal. */
  progress(label: string, done: number, of: number, suffix?: string): void;
  /** Takes the bar away. */
  clear(): void;
  bold(text: string): string;
  dim(text: string): string;
}

const barWidth = 28;
const millisecondsBetweenBars = 80;

export function terminal(json: boolean): Terminal {
  const { stdout, stderr } = process;
  const bars = stderr.isTTY && !json;
  const coloured = stdout.isTTY && !json && process.env['NO_COLOR'] === undefined;
  let shown = false;
  let last = 0;

  function clear(): void {
    if (!shown) return;
    cursorTo(stderr, 0);
    clearLine(stderr, 0);
    shown = false;
  }

  return {
    json,
    object: (value) => {
      if (json) stdout.write(`${JSON.stringify(value)}\n`);
    },
    line: (text = '') => {
      if (json) return;
      clear();
      stdout.write(`${text}\n`);
    },
    remark: (text) => {
      clear();
      stderr.write(`${text}\n`);
    },
    progress: (label, done, of, suffix = '') => {
      const now = performance.now();
      if (!bars || (now - last < millisecondsBetweenBars && done < of)) return;
      last = now;
      const filled = of === 0 ? barWidth : Math.round((barWidth * done) / of);
      const bar = '█'.repeat(filled) + '░'.repeat(barWidth - filled);
      const text = `${label} ${bar} ${done} / ${of} ${suffix}`;
      cursorTo(stderr, 0);
      stderr.write(text.slice(0, Math.max(20, stderr.columns - 1)));
      clearLine(stderr, 1);
      shown = true;
    },
    clear,
    bold: (text) => (coloured ? styleText('bold', text) : text),
    dim: (text) => (coloured ? styleText('dim', text) : text),
  };
}

/** Rows as columns of equal width; numbers (right: true) to the right. */
export function table(rows: readonly (readonly string[])[], right: readonly boolean[] = []): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => widthOf(row[column] ?? ''))),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => padded(cell, widths[column], right[column] ?? false))
      .join('  ')
      .trimEnd(),
  );
}

function padded(cell: string, width: number, right: boolean): string {
  const space = ' '.repeat(Math.max(0, width - widthOf(cell)));
  return right ? space + cell : cell + space;
}

/** Columns on a terminal, near enough: code points, control characters as they are shown. */
function widthOf(text: string): number {
  return [...text].length;
}

/** A file's name safe to print: characters that could move the cursor, colour or reverse the line are spelt out. */
export function printable(text: string): string {
  return Array.from(text, (c) => (isUnsafe(c.codePointAt(0) ?? 0) ? escaped(c) : c)).join('');
}

/** Control characters (C0, DEL, C1) and the marks that change the direction of writing. */
function isUnsafe(code: number): boolean {
  const isControl = code < 0x20 || (code >= 0x7f && code < 0xa0);
  const isDirection = (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
  return isControl || isDirection;
}

function escaped(c: string): string {
  return `\\u${(c.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
}
