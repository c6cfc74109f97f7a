import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A real disk of a few kilobytes, in memory. */
export interface SmallDisk {
  readonly folder: string;
  /** Fills it, but for so many bytes. */
  fillUpTo(free: number): void;
  /** Takes the filling away. */
  free(): void;
}

/** Mounts a disk; it goes when the test ends. Returns why that is not possible where it is not. */
export function smallDisk(t: { after(end: () => void): void }, bytes: number): SmallDisk | string {
  if (process.platform !== 'linux') return 'small disks are mounted on Linux only';
  if (process.getuid?.() !== 0) return 'mounting a small disk needs root';
  const folder = mkdtempSync(join(tmpdir(), 'headstart-disk-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', folder]);
  t.after(() => {
    if (mounted.status === 0) spawnSync('umount', ['-l', folder]);
    rmSync(folder, { recursive: true, force: true });
  });
  if (mounted.status !== 0) return 'this system does not allow to mount a small disk';
  const filling = join(folder, 'filling');
  return {
    folder,
    fillUpTo: (free) => {
      const { bavail, bsize } = statfsSync(folder);
      writeFileSync(filling, Buffer.alloc(bavail * bsize - free));
    },
    free: () => rmSync(filling),
  };
}
