import { parseArgs } from 'node:util';
import { fail } from '../shared/contract/failures.js';
import { nearest } from '../shared/nearest.js';

/** An option of a verb: a flag, a value, or a value that may be given several times. */
export type OptionKind = 'flag' | 'value' | 'values';
export type OptionTable = Readonly<Record<string, OptionKind>>;

/** What was given, by option name without the dashes. */
export interface Given {
  readonly words: readonly string[];
  flag(name: string): boolean;
  value(name: string): string | null;
  values(name: string): readonly string[];
}

/** Options that every verb takes. */
const everywhere: OptionTable = { json: 'flag', help: 'flag', cache: 'value' };

/**
 * Sorts a verb's arguments into words and options. Throws unknown-option (with the nearest), bad-option-value
 * for an option without its value or a flag with one.
 */
export function readArguments(verb: string, table: OptionTable, args: readonly string[]): Given {
  const known: OptionTable = { ...everywhere, ...table };
  const options = Object.fromEntries(
    Object.entries(known).map(([name, kind]) => [
      name,
      { type: kind === 'flag' ? 'boolean' : 'string' } as const,
    ]),
  );
  const { tokens } = parseArgs({
    args: [...args],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const words: string[] = [];
  const found = new Map<string, string[]>();
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value);
    if (token.kind === 'option') {
      const value = checkedValue(verb, known, token);
      found.set(token.name, [...(found.get(token.name) ?? []), value]);
    }
  }
  for (const [name, values] of found) {
    if (known[name] === 'value' && values.length > 1) {
      fail({ code: 'bad-option-value', option: `--${name}`, value: values.join(' '), expected: '1 value' });
    }
  }
  return {
    words,
    flag: (name) => found.has(name),
    value: (name) => found.get(name)?.[0] ?? null,
    values: (name) => found.get(name) ?? [],
  };
}

/** A whole number in a range, or null where the option was left out. */
export function wholeNumber(given: Given, name: string, lowest: number, highest: number): number | null {
  const text = given.value(name);
  if (text === null) return null;
  const value = Number(text);
  if (text.trim() !== '' && Number.isInteger(value) && value >= lowest && value <= highest) return value;
  return fail({
    code: 'bad-option-value',
    option: `--${name}`,
    value: text,
    expected: `${lowest} .. ${highest}`,
  });
}

/** The word at that place. Throws missing-argument. */
export function word(given: Given, verb: string, index: number, argument: string): string {
  const found = given.words[index] ?? '';
  return found === '' ? fail({ code: 'missing-argument', verb, argument }) : found;
}

/** Throws surplus-argument where more words were given. */
export function atMost(given: Given, verb: string, count: number): void {
  if (given.words.length > count) fail({ code: 'surplus-argument', verb, argument: given.words[count] });
}

interface OptionToken {
  readonly name: string;
  readonly rawName: string;
  readonly value: string | undefined;
}

function checkedValue(verb: string, known: OptionTable, token: OptionToken): string {
  const { name, rawName, value } = token;
  if (!Object.hasOwn(known, name) || rawName !== `--${name}`) {
    const close = nearest(name, Object.keys(known));
    return fail({ code: 'unknown-option', option: rawName, verb, nearest: close === '' ? '' : `--${close}` });
  }
  const isFlag = known[name] === 'flag';
  if (isFlag && value !== undefined) {
    return fail({ code: 'bad-option-value', option: rawName, value, expected: '-' });
  }
  const isForgotten = value === undefined || value === '' || (value.startsWith('--') && value.length > 2);
  if (!isFlag && isForgotten) {
    return fail({ code: 'bad-option-value', option: rawName, value: value ?? '', expected: '1 value' });
  }
  return value ?? '';
}
