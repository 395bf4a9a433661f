import type { NativeConnection, NativeModule } from '../native/interface';
import { Database } from './database';
import { installFacade } from './install';
import { countOption, requireOptions } from './options';

export interface HandlePoolOptions {
  /** Most handles that stay open at once, at least 1. Default 8. */
  readonly limit?: number;
  /** Called before an archive is opened or created. */
  readonly beforeOpen?: (memoryId: number) => void;
}

/**
 * Each open archive costs a page cache in the engine's arena (4 MiB at most), which all archives share: 64 MiB, of which
 * this many leave half to the work itself.
 */
const DEFAULT_LIMIT = 8;

/**
 * Open archives by slot. They stay open from one message to the next, so that page caches and statements stay warm; of those
 * that are in no transaction, the one that was used longest ago is closed when another one needs the place.
 */
export class HandlePool {
  readonly #native: NativeModule;
  readonly #limit: number;
  readonly #beforeOpen: (memoryId: number) => void;
  /** In the order of their last use: a Map keeps the order of insertion. */
  readonly #handles = new Map<number, NativeConnection>();
  /** Facades that were asked for, each as long as its connection. */
  readonly #databases = new Map<number, Database>();

  constructor(native: NativeModule, options: HandlePoolOptions = {}) {
    requireOptions(options, ['limit', 'beforeOpen']);
    const limit = countOption(options, 'limit', DEFAULT_LIMIT);
    const { beforeOpen = () => {} } = options;
    if (typeof beforeOpen !== 'function') {
      throw new TypeError('Expected the "beforeOpen" option to be a function');
    }
    installFacade(native);
    this.#native = native;
    this.#limit = limit;
    this.#beforeOpen = beforeOpen;
  }

  /** Number of open handles. */
  get size(): number {
    return this.#handles.size;
  }

  /**
   * The archive's connection, opened if need be.
   * @throws RangeError when it needs a place, and all that are open are in a transaction
   */
  open(memoryId: number): NativeConnection {
    // Whoever closes a database closes the pool's connection with it.
    if (this.#databases.get(memoryId)?.open === false) this.close(memoryId);
    const known = this.#handles.get(memoryId);
    if (known === undefined) return this.#keep(memoryId, () => this.#native.open(memoryId));
    this.#handles.delete(memoryId);
    this.#handles.set(memoryId, known);
    return known;
  }

  /** The archive as a database over that connection: its cached statements stay warm as long as the connection does. */
  database(memoryId: number): Database {
    const connection = this.open(memoryId);
    const known = this.#databases.get(memoryId);
    if (known !== undefined) return known;
    const database = new Database(this.#native, { connection });
    this.#databases.set(memoryId, database);
    return database;
  }

  /**
   * Formats a slot that was never written, and opens it.
   * @param generation the catalog's generation of the archive, kept in the slot
   */
  create(memoryId: number, generation = 0): NativeConnection {
    return this.#keep(memoryId, () => this.#native.create(memoryId, generation));
  }

  /** Closes the archive's connection; does nothing when it is not open. */
  close(memoryId: number): void {
    this.#handles.get(memoryId)?.close();
    this.#handles.delete(memoryId);
    this.#databases.delete(memoryId);
  }

  closeAll(): void {
    for (const memoryId of [...this.#handles.keys()]) this.close(memoryId);
  }

  #keep(memoryId: number, open: () => NativeConnection): NativeConnection {
    if (this.#handles.size >= this.#limit) this.#closeOldest();
    this.#beforeOpen(memoryId);
    const connection = open();
    this.#handles.set(memoryId, connection);
    return connection;
  }
  #closeOldest(): void {
    for (const [memoryId, connection] of this.#handles) {
      if (connection.isOpen() && connection.inTransaction()) continue;
      this.close(memoryId);
      return;
    }
    throw new RangeError(
      `All ${this.#limit} open archives are in a transaction: end one, or make the pool with a larger "limit"`,
    );
  }
}
