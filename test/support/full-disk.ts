import { faults } from '../../src/engine/files/disk.js';

/**
 * Loaded before the command line (`--import`): the disk is full for every path that fits HEADSTART_TEST_FULL, a
 * regular expression.
 */
const full = new RegExp(process.env['HEADSTART_TEST_FULL'] ?? '(?!)');

faults.beforeWrite = (path) => {
  if (!full.test(path)) return;
  throw Object.assign(new Error('ENOSPC: no space left on device, write'), {
    code: 'ENOSPC',
    syscall: 'write',
  });
};
