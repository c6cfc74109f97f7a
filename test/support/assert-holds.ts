import assert from 'node:assert/strict';

/** Asserts that the value has these fields, whatever others it has. */
export function assertHolds(value: unknown, fields: object): void {
  assert.deepEqual(restricted(value, fields), fields);
}

/** The value without what `like` does not name. */
function restricted(value: unknown, like: unknown): unknown {
  if (!isObject(value) || !isObject(like)) return value;
  return Object.fromEntries(
    Object.entries(like)
      .filter(([name]) => Object.hasOwn(value, name))
      .map(([name, inner]) => [name, restricted(value[name], inner)]),
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
