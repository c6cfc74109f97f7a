import { faults } from '../../src/engine/files/disk.js';

/** Loaded before the command line (`--import`): Ctrl-C comes at the first stored feature. */
let sent = false;

faults.beforeWrite = (path) => {
  if (sent || !path.includes('features')) return;
  sent = true;
  process.kill(process.pid, 'SIGINT');
};
