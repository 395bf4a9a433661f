import type { OpenFile, StateFiles } from '../../../src/replica/state/state-files';

/** The process is gone: nothing that it would have done after this happens. */
export class Killed extends Error {}

/** When a process is killed: at its N-th operation on files, counted from 1, before it, after it, or with a write half done. */
export interface Kill {
  readonly operation: number;
  readonly when: 'before' | 'halfway' | 'after';
}

interface StoredFile {
  bytes: Buffer;
  /** Bytes that a loss of power leaves for certain. */
  synced: number;
}

/** A folder in memory whose user can be killed at any operation. */
export class MemoryFiles implements StateFiles {
  /** Operations so far that change something. */
  operations = 0;
  private readonly files = new Map<string, StoredFile>();

  constructor(private readonly kill?: Kill) {}

  path(name: string): string {
    return `memory/${name}`;
  }

  list(): string[] {
    return [...this.files.keys()];
  }

  read(name: string, position: number, length: number): Uint8Array {
    return new Uint8Array(this.files.get(name)!.bytes.subarray(position, position + length));
  }

  create(name: string): OpenFile {
    const file: StoredFile = { bytes: Buffer.alloc(0), synced: 0 };
    this.operate(() => this.files.set(name, file));
    return {
      append: (bytes) => {
        const all = Buffer.concat([file.bytes, bytes]);
        const half = all.subarray(0, file.bytes.length + (bytes.length >> 1));
        this.operate(
          () => {
            file.bytes = all;
          },
          () => {
            file.bytes = half;
          },
        );
      },
      sync: () =>
        this.operate(() => {
          file.synced = file.bytes.length;
        }),
      close: () => {},
    };
  }

  rename(from: string, to: string): void {
    this.operate(() => {
      this.files.set(to, this.files.get(from)!);
      this.files.delete(from);
    });
  }

  remove(name: string): void {
    this.operate(() => this.files.delete(name));
  }

  /** Flips a byte of what is stored. */
  damage(name: string, position: number): void {
    const { bytes } = this.files.get(name)!;
    bytes[position] = bytes[position]! ^ 0xff;
  }

  /** Cuts off what is stored behind a position. */
  cut(name: string, length: number): void {
    const file = this.files.get(name)!;
    file.bytes = file.bytes.subarray(0, length);
  }

  /** What is there for the next process, after this one was killed, or after the power went. */
  survivors(after: 'kill' | 'power loss'): MemoryFiles {
    const left = new MemoryFiles();
    for (const [name, { bytes, synced }] of this.files) {
      const kept = after === 'kill' ? bytes : bytes.subarray(0, synced + ((bytes.length - synced) >> 1));
      left.files.set(name, { bytes: Buffer.from(kept), synced: kept.length });
    }
    return left;
  }

  private operate(whole: () => void, half: () => void = () => {}): void {
    this.operations++;
    const { operation, when } = this.kill ?? { operation: Number.POSITIVE_INFINITY, when: 'before' };
    if (this.operations > operation) throw new Killed();
    if (this.operations < operation) {
      whole();
      return;
    }
    if (when === 'after') whole();
    if (when === 'halfway') half();
    throw new Killed();
  }
}
