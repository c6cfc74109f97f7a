import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { takeLock } from '../../src/engine/files/lock.js';
import { failureOf } from '../support/failure-of.js';
import { temporaryFolder } from '../support/temporary-folder.js';

test('a second holder is refused with the process that holds the lock', async (t) => {
  const path = join(temporaryFolder(t), '.lock');
  await takeLock(path);
  assert.deepEqual(await failureOf(() => takeLock(path)), { code: 'in-use', path, pid: process.pid });
});

test('a lock of another living process is refused with its pid', async (t) => {
  const path = join(temporaryFolder(t), '.lock');
  const other = spawn(process.execPath, ['-e', 'process.stdin.resume()'], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  await once(other, 'spawn');
  t.after(() => other.kill('SIGKILL'));
  writeFileSync(path, `${other.pid} token`);
  assert.deepEqual(await failureOf(() => takeLock(path)), { code: 'in-use', path, pid: other.pid });
});

test('a lock of a process that has ended is taken over', async (t) => {
  const path = join(temporaryFolder(t), '.lock');
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  writeFileSync(path, `${pid} token`);
  await takeLock(path);
  assert.equal(Number.parseInt(readFileSync(path, 'utf8'), 10), process.pid);
});

test('a lock that names no process is taken over', async (t) => {
  const path = join(temporaryFolder(t), '.lock');
  writeFileSync(path, 'no number');
  await takeLock(path);
  assert.equal(Number.parseInt(readFileSync(path, 'utf8'), 10), process.pid);
});

test('a released lock can be taken again', async (t) => {
  const path = join(temporaryFolder(t), '.lock');
  const lock = await takeLock(path);
  await lock.release();
  assert.equal(existsSync(path), false);
  await takeLock(path);
});

test('release leaves a lock that another one holds by now', async (t) => {
  const path = join(temporaryFolder(t), '.lock');
  const lock = await takeLock(path);
  const others = `${process.pid} another token`;
  writeFileSync(path, others);
  await lock.release();
  assert.equal(readFileSync(path, 'utf8'), others);
});

test('of many who ask at once one gets the lock', async (t) => {
  const path = join(temporaryFolder(t), '.lock');
  const endings = await Promise.allSettled(Array.from({ length: 20 }, () => takeLock(path)));
  assert.equal(endings.filter(({ status }) => status === 'fulfilled').length, 1);
});

test('a lock in a missing folder is write-failed', async (t) => {
  const path = join(temporaryFolder(t), 'missing', '.lock');
  assert.equal((await failureOf(() => takeLock(path))).code, 'write-failed');
});
