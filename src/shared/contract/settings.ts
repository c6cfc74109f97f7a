import type { z } from 'zod';
import { nearest } from '../nearest.js';
import { fail } from './failures.js';
import { defaultRunConfig, runConfigSchema, type RunConfig } from './run-config.js';

/** A run config before it is checked: nested plain objects. */
export type Draft = Readonly<Record<string, unknown>>;

/** Every setting by its path: "optimizer.learningRate", ... */
export const settingPaths: readonly string[] = pathsIn(defaultRunConfig).filter((path) => path !== 'version');

/**
 * The draft with one more setting, given as text ("optimizer.learningRate", "1e-4"). Throws `unknown-setting`.
 */
export function withSetting(draft: Draft, path: string, text: string): Draft {
  if (!settingPaths.includes(path)) fail({ code: 'unknown-setting', path, nearest: nearestPath(path) });
  return placed(draft, path.split('.'), valueOf(text));
}

/** Checks a whole draft, what is left out taking its default. Throws `unknown-setting` or `setting-out-of-range`. */
export function checkedConfig(draft: unknown): RunConfig {
  const parsed = runConfigSchema.safeParse(draft, { reportInput: true }); // `rangeOf` needs the value
  if (parsed.success) return parsed.data;
  const issue = narrowest(parsed.error.issues);
  const path = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    const full = [...issue.path, issue.keys[0]].join('.');
    return fail({ code: 'unknown-setting', path: full, nearest: nearestPath(full) });
  }
  const given = lookUp(draft, issue.path);
  const value = typeof given === 'number' ? String(given) : (JSON.stringify(given) ?? 'nothing');
  return fail({ code: 'setting-out-of-range', path, value, ...rangeOf(issue, path) });
}

/** The first problem; of several limits that one value exceeds the last, as integers have a wide one of their own. */
function narrowest(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue {
  const [first] = issues;
  const place = first.path.join('.');
  return issues.filter((each) => each.code === first.code && each.path.join('.') === place).at(-1) ?? first;
}

/** What the setting takes, and the valid value nearest to the one given; '' where there is no telling. */
function rangeOf(issue: z.core.$ZodIssue, path: string): { expected: string; nearest: string } {
  switch (issue.code) {
    case 'too_small':
      if (issue.origin === 'string') return { expected: 'a name', nearest: '' };
      return {
        expected: `${issue.inclusive ? '>=' : '>'} ${issue.minimum}`,
        nearest: String(issue.inclusive ? issue.minimum : lookUp(defaultRunConfig, path.split('.'))),
      };
    case 'too_big':
      return { expected: `<= ${issue.maximum}`, nearest: String(issue.maximum) };
    case 'not_multiple_of': {
      const step = Number(issue.divisor);
      const given = typeof issue.input === 'number' ? issue.input : step;
      return { expected: `n x ${step}`, nearest: String(Math.max(1, Math.round(given / step)) * step) };
    }
    case 'invalid_value': {
      const values = issue.values.map(String);
      return { expected: values.join(' | '), nearest: nearest(String(issue.input ?? ''), values) };
    }
    case 'invalid_type':
      return { expected: issue.expected, nearest: '' };
    default:
      return { expected: issue.message, nearest: '' };
  }
}

/** The path itself if close, else the one whose last part is close: "learningRat", "lambda". */
function nearestPath(path: string): string {
  const inside = settingPaths.find((each) => each.startsWith(`${path}.`));
  if (inside !== undefined) return inside;
  const whole = nearest(path, settingPaths);
  if (whole !== '') return whole;
  const last = path.split('.').at(-1) ?? '';
  const byLast = settingPaths.find(
    (each) => each.split('.').at(-1) === nearest(last, settingPaths.map(lastPart)),
  );
  return byLast ?? settingPaths[0];
}

function lastPart(path: string): string {
  return path.split('.').at(-1) ?? '';
}

/** Numbers, true, false and null are what they look like; all else is text. */
function valueOf(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? text : value;
  } catch {
    return text;
  }
}

function placed(draft: Draft, [step, ...rest]: readonly string[], value: unknown): Draft {
  const inner = draft[step];
  const next = rest.length === 0 ? value : placed(isDraft(inner) ? inner : {}, rest, value);
  return { ...draft, [step]: next };
}

function pathsIn(object: Draft): string[] {
  return Object.entries(object).flatMap(([key, value]) =>
    isDraft(value) ? pathsIn(value).map((path) => `${key}.${path}`) : [key],
  );
}

function lookUp(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((inner, step) => (isDraft(inner) ? inner[String(step)] : undefined), value);
}

function isDraft(value: unknown): value is Draft {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
