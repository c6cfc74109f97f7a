// Writes JSON as the project's formatter has it, so that a set made anew passes the lint.
import { writeFile } from 'node:fs/promises';
import { format, resolveConfig } from 'prettier';

/**
 * @param {string} file
 * @param {unknown} value
 */
export async function writeJson(file, value) {
  const style = await resolveConfig(import.meta.filename);
  await writeFile(file, await format(JSON.stringify(value), { ...style, parser: 'json' }));
}
