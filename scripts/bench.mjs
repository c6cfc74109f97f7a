/**
 * npm run bench [name...]: measures against a peer in the same run. Never part of the tests: a missed aim is
 * printed and exits 0; a bench or peer that could not run exits 1.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { setUp } from './set-up.mjs';

await setUp();
const program = fileURLToPath(new URL('../dist/bench/run.js', import.meta.url));
const { status } = spawnSync(process.execPath, [program, ...process.argv.slice(2)], { stdio: 'inherit' });
process.exitCode = status ?? 1;
