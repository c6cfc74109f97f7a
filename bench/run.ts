import { extract } from './extract.js';
import type { Row } from './row.js';

/** Every bench by its name. */
const benches: Readonly<Record<string, () => Promise<readonly Row[]>>> = { extract };

const wanted = process.argv.slice(2);
const names = wanted.length === 0 ? Object.keys(benches) : wanted;
for (const name of names) {
  if (!Object.hasOwn(benches, name)) {
    process.stderr.write(`There is no bench "${name}". Choose from: ${Object.keys(benches).join(', ')}.\n`);
    process.exitCode = 1;
    continue;
  }
  try {
    for (const row of await benches[name]()) process.stdout.write(`${JSON.stringify(row)}\n`);
  } catch (error) {
    process.stderr.write(`${name}: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
