import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { ReplicaError } from '../errors';

/** Folders that this process itself has. */
const taken = new Set<string>();

/** Keeps a second process out of a state folder. A process that was killed leaves its lock behind, which the next one takes over. */
export class FolderLock {
  private constructor(private readonly path: string) {}

  /** @throws ReplicaError while another process has the folder */
  static take(folder: string): FolderLock {
    const path = resolve(folder, 'lock');
    if (taken.has(path)) throw inUse(process.pid, folder);
    for (;;) {
      try {
        writeFileSync(path, String(process.pid), { flag: 'wx' });
        taken.add(path);
        return new FolderLock(path);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const owner = Number(readFileSync(path, 'utf8'));
      if (isRunning(owner)) throw inUse(owner, folder);
      rmSync(path, { force: true });
    }
  }

  release(): void {
    taken.delete(this.path);
    rmSync(this.path, { force: true });
  }
}

function inUse(pid: number, folder: string): ReplicaError {
  return new ReplicaError(
    'FOLDER_IN_USE',
    `process ${pid} is using ${folder}; stop it, or choose another folder`,
  );
}

function isRunning(pid: number): boolean {
  // A process with this one's number is gone: in a container every process may have the same.
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
