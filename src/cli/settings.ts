import { readFile } from 'node:fs/promises';
import { fail } from '../shared/contract/failures.js';
import type { RunConfig } from '../shared/contract/run-config.js';
import { checkedConfig, withSetting, type Draft } from '../shared/contract/settings.js';
import { diskError } from '../engine/files/disk.js';
import type { Given, OptionTable } from './arguments.js';

/** The options that decide a run's settings. */
export const configOptions = {
  config: 'value',
  set: 'values',
  strategy: 'value',
  network: 'value',
  seed: 'value',
} as const satisfies OptionTable;

/** Options that are short for a setting. */
const shorthands = ['strategy', 'network', 'seed'] as const;

/** File first, then shorthands, then --set: the later wins. Throws what `checkedConfig` throws. */
export async function configFrom(given: Given): Promise<RunConfig> {
  const path = given.value('config');
  let draft: Draft = path === null ? {} : await draftIn(path);
  for (const name of shorthands) {
    const value = given.value(name);
    if (value !== null) draft = withSetting(draft, name, value);
  }
  for (const each of given.values('set')) {
    const equals = each.indexOf('=');
    if (equals < 1) fail({ code: 'bad-option-value', option: '--set', value: each, expected: 'a.b=value' });
    draft = withSetting(draft, each.slice(0, equals), each.slice(equals + 1));
  }
  return checkedConfig(draft);
}

async function draftIn(path: string): Promise<Draft> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw diskError(error, path, 'read');
  });
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
    return fail({ code: 'file-invalid', path, problem: '{ ... }' });
  } catch (error) {
    if (error instanceof SyntaxError) return fail({ code: 'file-invalid', path, problem: error.message });
    throw error;
  }
}
