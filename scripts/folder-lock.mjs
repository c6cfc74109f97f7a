/**
 * A lock between processes, held while one of them installs packages or builds. It is a folder, because making
 * a folder either succeeds or finds it there on every file system. A lock whose process is gone, or whose
 * heartbeat stopped, is taken over.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const pollMilliseconds = 200;
const heartbeatMilliseconds = 5_000;
/** Long enough for a computer that slept in the middle of an installation. */
const silentMilliseconds = 5 * 60_000;

/** Runs the work while holding the lock; `onWait` is called once when somebody else holds it. */
export async function withLock(path, work, onWait = () => {}) {
  const token = await acquire(path, onWait);
  const heartbeat = setInterval(() => touch(path), heartbeatMilliseconds);
  heartbeat.unref();
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    if (readHolder(path)?.token === token) rmSync(path, { recursive: true, force: true });
  }
}

async function acquire(path, onWait) {
  const token = randomBytes(8).toString('hex');
  for (let told = false; ; await sleep(pollMilliseconds)) {
    if (create(path, token)) return token;
    const holder = readHolder(path);
    if (holder === undefined) continue; // released in this moment
    if (isStale(holder, Date.now(), isAlive)) removeStale(path, holder);
    else if (!told) {
      told = true;
      onWait(holder.pid);
    }
  }
}

function create(path, token) {
  mkdirSync(dirname(path), { recursive: true });
  try {
    mkdirSync(path);
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
  writeFileSync(join(path, 'holder.json'), JSON.stringify({ pid: process.pid, token }));
  return true;
}

/** Who holds the lock and since when it was silent; undefined where there is no lock. */
function readHolder(path) {
  let beat;
  try {
    beat = statSync(path).mtimeMs;
    const { pid, token } = JSON.parse(readFileSync(join(path, 'holder.json'), 'utf8'));
    return { pid, token, beat };
  } catch {
    // The holder's file is written just after the folder: until then only the age counts.
    return beat === undefined ? undefined : { pid: undefined, token: undefined, beat };
  }
}

/** A lock without a readable process id is left alone for ten seconds: its holder may be writing it. */
export function isStale(holder, now, alive) {
  if (now - holder.beat > silentMilliseconds) return true;
  if (holder.pid === undefined) return now - holder.beat > 10_000;
  return !alive(holder.pid);
}

/**
 * Moves the stale lock away before removing it. Where another process was quicker, what was moved is that
 * one's new lock: it goes back.
 */
function removeStale(path, seen) {
  const aside = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  try {
    renameSync(path, aside);
    if (readHolder(aside)?.token === seen.token) rmSync(aside, { recursive: true, force: true });
    else renameSync(aside, path);
  } catch {
    rmSync(aside, { recursive: true, force: true });
  }
}

function touch(path) {
  try {
    utimesSync(path, new Date(), new Date());
  } catch {
    // Somebody removed the folder (a deleted `dist`): the work goes on, only without its lock.
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
