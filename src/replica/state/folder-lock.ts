import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { ReplicaError } from '../errors';

/** Folders that this process itself has. */
const taken = new Set<string>();

const LOCK = 'lock';
/** `lock-claim.<process>.<unique>`: its process is about to look at the lock, and to take it. */
const CLAIM = /^lock-claim\.(\d+)\./;
/** How long claims of others are waited for, in milliseconds. They last as long as reading and writing a small file. */
const PATIENCE = 10_000;
/** Longest pause before a claim is tried again, in milliseconds. */
const PAUSE = 30;

/**
 * Keeps a second process out of a state folder. A process that was killed leaves its lock behind, which the next one takes over.
 *
 * A file system can make a file only if it is absent, but not replace one only if it is a dead process's. So a process claims the lock first,
 * by a file that nobody else writes or removes while it lives, and goes on if no other process has a claim. Of two that claim at once, the one
 * that looks later sees the other.
 */
export class FolderLock {
  private constructor(private readonly path: string) {}

  /** @throws ReplicaError while another process has the folder */
  static take(folder: string): FolderLock {
    const path = resolve(folder, LOCK);
    if (taken.has(path)) throw inUse(process.pid, path);
    const deadline = Date.now() + PATIENCE;
    for (;;) {
      requireFree(path);
      const rival = withClaim(folder, () => {
        requireFree(path);
        writeFileSync(path, String(process.pid));
      });
      if (rival === undefined) {
        taken.add(path);
        return new FolderLock(path);
      }
      if (Date.now() > deadline) throw inUse(rival, path);
      pause(Math.random() * PAUSE);
    }
  }

  release(): void {
    taken.delete(this.path);
    rmSync(this.path, { force: true });
  }
}

/** @returns the process that has a claim too, because of which `work` was not done */
function withClaim(folder: string, work: () => void): number | undefined {
  const own = `lock-claim.${process.pid}.${randomUUID()}`;
  writeFileSync(join(folder, own), '');
  try {
    for (const name of readdirSync(folder)) {
      const pid = Number(CLAIM.exec(name)?.[1]);
      if (Number.isNaN(pid) || name === own) continue;
      if (isRunning(pid)) return pid;
      rmSync(join(folder, name), { force: true });
    }
    work();
    return undefined;
  } finally {
    rmSync(join(folder, own), { force: true });
  }
}

/** @throws ReplicaError when the lock is a running process's */
function requireFree(path: string): void {
  const owner = Number(readIfThere(path));
  if (isRunning(owner)) throw inUse(owner, path);
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

function inUse(pid: number, path: string): ReplicaError {
  return new ReplicaError(
    'FOLDER_IN_USE',
    `process ${pid} is using ${dirname(path)}; stop it, or choose another folder. If it is another program that has the number of a killed one by now, remove ${path}`,
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

/** The lock is taken before anything else can be done, so waiting may block. */
function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
