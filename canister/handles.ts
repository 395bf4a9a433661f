import type { NativeConnection, NativeModule } from '../src/native/interface';

/** Connections that stay open between messages. Each holds a page cache in the arena that all of them share. */
const MAX_OPEN_HANDLES = 12;

/** Open archives by slot; the least recently used gives way. */
export class Handles {
  readonly #native: NativeModule;
  /** In order of use, the latest last. */
  readonly #open = new Map<number, NativeConnection>();

  constructor(native: NativeModule) {
    this.#native = native;
  }

  /** Formats a slot that was never written for an archive's generation, and opens it. */
  create(slot: number, generation: number): void {
    this.#keep(slot, this.#native.create(slot, generation));
  }

  /** The slot's connection. */
  open(slot: number): NativeConnection {
    const connection = this.#open.get(slot);
    if (connection === undefined) {
      return this.#keep(slot, this.#native.open(slot));
    }
    this.#open.delete(slot);
    this.#open.set(slot, connection);
    return connection;
  }

  /** Closes the slot's connection, if it is open. */
  close(slot: number): void {
    this.#open.get(slot)?.close();
    this.#open.delete(slot);
  }

  #keep(slot: number, connection: NativeConnection): NativeConnection {
    this.#open.set(slot, connection);
    if (this.#open.size > MAX_OPEN_HANDLES) {
      const [leastRecentlyUsed] = this.#open.keys();
      this.close(leastRecentlyUsed!);
    }
    return connection;
  }
}
