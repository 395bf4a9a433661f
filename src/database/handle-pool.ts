import type { NativeConnection, NativeModule, PooledArchive } from '../native/interface';
import { Database } from './database';
import { installFacade } from './install';

/**
 * Open archives by slot. They stay open from one message to the next, so that page caches and statements stay warm. All may be
 * open at once: the native module keeps them, and how often each is used. When they hold more than 96 MiB together, those that
 * were used longest ago give up page cache and statements. One that is in a transaction or being read stays as it is.
 */
export class HandlePool {
  readonly #native: NativeModule;
  /** Facades that were asked for, by slot, each as long as its connection. */
  readonly #databases = new Map<number, Database>();

  constructor(native: NativeModule) {
    installFacade(native);
    this.#native = native;
  }

  /** What is open, and how it is used, by slot. */
  archives(): PooledArchive[] {
    return this.#native.pooledArchives();
  }

  /** The archive's connection, opened if need be. */
  open(memoryId: number): NativeConnection {
    return this.#native.openPooled(memoryId);
  }

  /** The archive as a database over that connection: its cached statements stay warm as long as the connection does. */
  database(memoryId: number): Database {
    const connection = this.open(memoryId);
    const known = this.#databases.get(memoryId);
    if (known?.connection === connection) return known;
    const database = new Database(this.#native, { connection });
    this.#databases.set(memoryId, database);
    return database;
  }

  /**
   * Formats a slot that was never written, and opens it.
   * @param generation the catalog's generation of the archive, kept in the slot
   */
  create(memoryId: number, generation = 0): NativeConnection {
    return this.#native.createPooled(memoryId, generation);
  }

  /** Closes the archive's connection; does nothing when it is not open. */
  close(memoryId: number): void {
    this.#native.closePooled(memoryId);
    this.#databases.delete(memoryId);
  }

  closeAll(): void {
    for (const { memoryId } of this.archives()) this.close(memoryId);
  }
}
