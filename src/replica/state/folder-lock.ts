import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ReplicaError } from '../errors';

/** Keeps a second process out of a state folder. A process that was killed leaves its lock behind, which the next one takes over. */
export class FolderLock {
  private constructor(private readonly path: string) {}

  /** @throws ReplicaError while another process has the folder */
  static take(folder: string): FolderLock {
    const path = join(folder, 'lock');
    for (;;) {
      try {
        writeFileSync(path, String(process.pid), { flag: 'wx' });
        return new FolderLock(path);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const owner = Number(readFileSync(path, 'utf8'));
      if (isRunning(owner)) {
        throw new ReplicaError(`process ${owner} is using ${folder}; stop it, or choose another folder`);
      }
      rmSync(path, { force: true });
    }
  }

  release(): void {
    rmSync(this.path, { force: true });
  }
}

function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
