import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

/** What the journal needs of a folder. Everything happens at once; a failure is thrown. */
export interface StateFiles {
  /** How messages to users name a file. */
  path(name: string): string;
  /** Names of the files that are there. */
  list(): string[];
  /** Bytes of a file from `position` on, fewer than `length` at its end. */
  read(name: string, position: number, length: number): Uint8Array;
  /** An empty file to write to, in place of what had the name. */
  create(name: string): OpenFile;
  /** Gives a file another name, lastingly. */
  rename(from: string, to: string): void;
  remove(name: string): void;
}

export interface OpenFile {
  append(bytes: Uint8Array): void;
  /** Returns once everything that was appended would survive a loss of power. */
  sync(): void;
  close(): void;
}

/** A folder of the file system, made when it is not there. */
export class FolderFiles implements StateFiles {
  constructor(private readonly folder: string) {
    mkdirSync(folder, { recursive: true });
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  list(): string[] {
    return readdirSync(this.folder);
  }

  read(name: string, position: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    const descriptor = openSync(join(this.folder, name), 'r');
    try {
      let done = 0;
      for (;;) {
        const count = readSync(descriptor, bytes, done, length - done, position + done);
        done += count;
        if (count === 0 || done === length) return bytes.subarray(0, done);
      }
    } finally {
      closeSync(descriptor);
    }
  }

  create(name: string): OpenFile {
    return new AppendedFile(openSync(join(this.folder, name), 'w'));
  }

  rename(from: string, to: string): void {
    renameSync(join(this.folder, from), join(this.folder, to));
    const descriptor = openSync(this.folder, 'r');
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  }

  remove(name: string): void {
    rmSync(join(this.folder, name), { force: true });
  }
}

class AppendedFile implements OpenFile {
  constructor(private readonly descriptor: number) {}

  append(bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length; ) {
      done += writeSync(this.descriptor, bytes, done);
    }
  }

  sync(): void {
    fsyncSync(this.descriptor);
  }

  close(): void {
    closeSync(this.descriptor);
  }
}
