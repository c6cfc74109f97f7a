/**
 * What must be true before anything of Headstart runs: the right Node, the packages, a fresh build. Uses only
 * what Node brings along, so that it works in a fresh clone. Everything it says goes to stderr.
 */
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, buildIsStale } from './compile.mjs';
import { withLock } from './folder-lock.mjs';
import { installPackages, packagesProblemIn } from './packages.mjs';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const neededNode = [20, 19];

/** Set-up could not be done; the message is for the user. `step` tells which part. */
export class SetUpError extends Error {
  constructor(step, message) {
    super(message);
    this.step = step;
  }
}

/** The sentence for a Node that is too old, undefined for one that will do. */
export function nodeProblem(version, needed = neededNode) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > needed[0] || (major === needed[0] && minor >= needed[1])) return undefined;
  const least = needed.join('.');
  return `Headstart needs Node ${least} or newer, and this is Node ${version}: install a newer one and start again.`;
}

/** Brings packages and build up to date. Throws a `SetUpError`. */
export async function setUp({ force = false, folder = root, say = sayOnStderr } = {}) {
  const problem = nodeProblem(process.versions.node);
  if (problem !== undefined) throw new SetUpError('node', problem);
  if (!force && isReady(folder)) return;
  const lock = join(folder, 'dist', '.set-up-lock');
  const onWait = (pid) =>
    say(`Waiting for another start of Headstart (process ${pid}), which is setting up ...`);
  await withLock(lock, () => catchUp(folder, force, say), onWait);
}

function isReady(folder) {
  return packagesProblemIn(folder) === undefined && !buildIsStale(folder);
}

/** Asks again what is to do: whoever held the lock before may have done it. */
async function catchUp(folder, force, say) {
  const missing = packagesProblemIn(folder);
  if (missing !== undefined) await install(folder, missing, say);
  if (!force && !buildIsStale(folder)) return;
  const first = !existsSync(join(folder, 'dist', 'src'));
  say(first ? 'Building Headstart for the first time ...' : 'Building Headstart, as its sources changed ...');
  if (!(await build(folder, { force }))) {
    throw new SetUpError('build', 'Headstart could not be built: mend the errors above and start again.');
  }
}

async function install(folder, missing, say) {
  say(
    `Installing the packages that package-lock.json names with "npm ci" (${missing}); this can take minutes ...`,
  );
  const code = await installPackages(folder);
  const still = packagesProblemIn(folder);
  if (code === 0 && still === undefined) return;
  const why = code === 0 ? `afterwards ${still}` : `it ended with code ${code}`;
  throw new SetUpError(
    'packages',
    `Headstart's packages are not installed, because "npm ci" failed (${why}; its own message is above): ` +
      'connect to the internet, or copy node_modules from the same version on a computer of the same kind, ' +
      'and start again.',
  );
}

function sayOnStderr(text) {
  process.stderr.write(`${text}\n`);
}

/** For scripts that go no further when set-up fails: prints the sentence and ends the process. */
export async function setUpOrExit(options) {
  try {
    await setUp(options);
  } catch (error) {
    if (!(error instanceof SetUpError)) throw error;
    sayOnStderr(error.message);
    process.exit(1);
  }
}

/** Is this module the script that Node was started with? Links on the way to it do not matter. */
export function isStartedScript(url) {
  return process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(url);
}

if (isStartedScript(import.meta.url)) await setUpOrExit();
