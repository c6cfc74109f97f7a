/** Are the packages in `node_modules` the ones that `package-lock.json` asks for? If not, `npm ci`. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * Compares the lock file with npm's own record of what it installed. Returns one short reason, or undefined
 * where all is well.
 *
 * @param wanted parsed `package-lock.json`
 * @param installed parsed `node_modules/.package-lock.json`, undefined where there is none
 * @param isThere whether the folder of a package (`node_modules/zod`) is on the disk
 * @param system `{ os, cpu }` of this computer
 */
export function packagesProblem(wanted, installed, isThere, system) {
  if (installed === undefined) return 'they are not installed yet';
  const present = installed.packages ?? {};
  for (const [path, entry] of Object.entries(wanted.packages)) {
    if (path === '' || entry.link) continue;
    const found = present[path];
    if (found === undefined && isOptional(entry)) continue; // npm leaves out what is made for other systems
    if (found === undefined) return `${packageName(path)} is missing`;
    if (found.version !== entry.version) return `${packageName(path)} is not the version ${entry.version}`;
  }
  for (const [path, entry] of Object.entries(present)) {
    if (!suits(entry, system)) return `${packageName(path)} is made for another system`;
    if (!isThere(path)) return `${packageName(path)} is missing`;
  }
  return undefined;
}

function isOptional(entry) {
  return entry.optional === true || entry.devOptional === true;
}

function suits(entry, { os, cpu }) {
  return matches(entry.os, os) && matches(entry.cpu, cpu);
}

/** npm's lists: `["linux"]` allows one, `["!win32"]` all but one. */
function matches(list, value) {
  if (list === undefined || list.includes('any')) return true;
  if (list.includes(`!${value}`)) return false;
  return list.includes(value) || list.every((entry) => entry.startsWith('!'));
}

function packageName(path) {
  return path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
}

/** The same for a folder on the disk. */
export function packagesProblemIn(root) {
  return packagesProblem(
    JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')),
    readJson(join(root, 'node_modules', '.package-lock.json')),
    (path) => existsSync(join(root, path, 'package.json')),
    { os: process.platform, cpu: process.arch },
  );
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined; // absent, or cut off by an installation that was interrupted
  }
}

/** Runs `npm ci`, its output on our stderr. Resolves to its exit code. */
export function installPackages(root) {
  const { command, args, shell } = npmCommand(process.env, process.execPath, process.platform);
  // Within `npm start --silent` npm would inherit the silence, and hide why it failed.
  const options = ['ci', '--prefer-offline', '--loglevel=notice'];
  return new Promise((resolve) => {
    const child = spawn(command, [...args, ...options], { cwd: root, stdio: ['ignore', 2, 2], shell });
    child.once('error', () => resolve(127));
    child.once('close', (code) => resolve(code ?? 1));
  });
}

/** npm by path where it is known: that needs no shell, also on Windows, and is the npm of this Node. */
export function npmCommand(env, node, platform, isFile = existsSync) {
  const candidates = [
    basename(env.npm_execpath ?? '') === 'npm-cli.js' ? env.npm_execpath : undefined,
    join(dirname(node), 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(dirname(node), '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
  ];
  const script = candidates.find((path) => path !== undefined && isFile(path));
  if (script !== undefined) return { command: node, args: [script], shell: false };
  return platform === 'win32'
    ? { command: 'npm.cmd', args: [], shell: true }
    : { command: 'npm', args: [], shell: false };
}
