import type { NativeModule } from '../native/interface';
import { dispose } from './dispose';
import { countOption, requireOptions } from './options';

export interface BackupOptions {
  /** Bytes of a chunk. Default 1 MiB, which fits a message of the IC. */
  readonly chunkSize?: number;
}

const DEFAULT_CHUNK_SIZE = 1024 * 1024;

/** The pin ends by itself after this time, should nobody go on reading. */
const LIFETIME_SECONDS = 3600;

/**
 * The bytes of an archive's SQLite image as of its last commit, in chunks. The image is pinned from the start: what is written
 * meanwhile does not show. Leaving the loop gives the pin back.
 */
export class Backup implements IterableIterator<Uint8Array>, Disposable {
  /** Bytes of the whole image; 0 for an archive without tables. */
  readonly size: number;
  /** The transaction that published the image. */
  readonly transactionId: number;
  readonly #native: NativeModule;
  readonly #memoryId: number;
  readonly #chunkSize: number;
  readonly #token: number;
  #position = 0;
  #open = true;

  constructor(native: NativeModule, memoryId: number, options: BackupOptions) {
    requireOptions(options, ['chunkSize']);
    const chunkSize = countOption(options, 'chunkSize', DEFAULT_CHUNK_SIZE);
    const { id, logicalSize, transactionId } = native.beginExport(memoryId, LIFETIME_SECONDS);
    this.size = logicalSize;
    this.transactionId = transactionId;
    this.#native = native;
    this.#memoryId = memoryId;
    this.#chunkSize = chunkSize;
    this.#token = id;
  }

  next(): IteratorResult<Uint8Array, undefined> {
    if (!this.#open || this.#position >= this.size) return this.return();
    const chunk = this.#native.readExport(this.#memoryId, this.#token, this.#position, this.#chunkSize);
    this.#position += chunk.length;
    return { done: false, value: chunk };
  }

  return(): IteratorResult<Uint8Array, undefined> {
    if (this.#open) this.#native.endExport(this.#memoryId, this.#token);
    this.#open = false;
    return { done: true, value: undefined };
  }

  [Symbol.iterator](): this {
    return this;
  }

  [dispose](): void {
    this.return();
  }
}

/** The whole image in one piece. */
export function serialize(native: NativeModule, memoryId: number): Uint8Array {
  return native.readImage(memoryId, 0, native.describeSlot(memoryId)?.logicalSize ?? 0);
}
