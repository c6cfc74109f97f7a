/** `npm run build`: packages and build brought up to date; `-- --force` compiles everything again. */
import { setUpOrExit } from './set-up.mjs';

const unknown = process.argv.slice(2).filter((argument) => argument !== '--force');
if (unknown.length > 0) {
  process.stderr.write(`Unknown argument ${unknown[0]}: build.mjs knows --force only.\n`);
  process.exit(2);
}
await setUpOrExit({ force: process.argv.includes('--force') });
