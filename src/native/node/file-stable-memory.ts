import { closeSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { assertInside, STABLE_PAGE, type StableMemory } from './stable-memory';

export interface FileStableMemoryOptions {
  /** Refuses every write and growth, so that looking at a backup cannot change it. Default false. */
  readonly readonly?: boolean;
}

/** Stable memory in a file, for example one that was downloaded from a canister. */
export class FileStableMemory implements StableMemory {
  readonly #descriptor: number;
  readonly #readonly: boolean;
  #pages: number;

  /** @param path created when absent, unless `readonly`. A size of no whole pages throws `RangeError`. */
  constructor(path: string, options: FileStableMemoryOptions = {}) {
    this.#readonly = options.readonly ?? false;
    if (!this.#readonly) closeSync(openSync(path, 'a'));
    this.#descriptor = openSync(path, this.#readonly ? 'r' : 'r+');
    const { size } = fstatSync(this.#descriptor);
    if (size % STABLE_PAGE !== 0) {
      closeSync(this.#descriptor);
      throw new RangeError(`${path} is no stable memory: ${size} bytes are no whole pages of ${STABLE_PAGE}`);
    }
    this.#pages = size / STABLE_PAGE;
  }

  get pages(): number {
    return this.#pages;
  }

  grow(pages: number): number {
    if (this.#readonly) return -1;
    const before = this.#pages;
    ftruncateSync(this.#descriptor, (before + pages) * STABLE_PAGE);
    this.#pages += pages;
    return before;
  }

  read(offset: number, target: Uint8Array): void {
    assertInside(this.#pages, offset, target.length);
    for (let done = 0; done < target.length; ) {
      done += readSync(this.#descriptor, target, done, target.length - done, offset + done);
    }
  }

  write(offset: number, source: Uint8Array): void {
    if (this.#readonly) throw new Error('this stable memory was opened readonly');
    assertInside(this.#pages, offset, source.length);
    for (let done = 0; done < source.length; ) {
      done += writeSync(this.#descriptor, source, done, source.length - done, offset + done);
    }
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}
