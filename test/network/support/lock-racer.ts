// Takes the lock of each folder that it is told of, at the moment it is told, and keeps what it gets. A line a folder: time in milliseconds
// and the folder; answers `taken` or the error's code.

import { createInterface } from 'node:readline';
import { ReplicaError } from '../../../src/replica/errors';
import { FolderLock } from '../../../src/replica/state/folder-lock';

process.stdout.write('ready\n');
for await (const line of createInterface({ input: process.stdin })) {
  const [moment, folder] = line.split(' ') as [string, string];
  // Spinning, because a timer would part the racers by more than the race lasts.
  while (Date.now() < Number(moment));
  process.stdout.write(`${take(folder)}\n`);
}

function take(folder: string): string {
  try {
    FolderLock.take(folder);
    return 'taken';
  } catch (error) {
    return error instanceof ReplicaError ? error.code : String(error);
  }
}
