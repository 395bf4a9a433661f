import type { NativeConnection } from '../native/interface';
import { dispose } from './dispose';
import { quoted } from './quoted';

/**
 * A point to which changes can be undone. Leaving its `using` block without {@link release} undoes them, as an error does.
 *
 * Made by `Database.savepoint`. Outside of a transaction it begins one, which its release commits.
 */
export class Savepoint implements Disposable {
  readonly #connection: NativeConnection;
  readonly #quoted: string;
  #open = true;
  /** What SQL calls it. */
  readonly name: string;

  constructor(connection: NativeConnection, name: string) {
    this.name = name;
    this.#connection = connection;
    this.#quoted = quoted(name);
    connection.exec(`SAVEPOINT ${this.#quoted}`);
  }

  /** Keeps what was done since, and ends the savepoint, with those that were made after it. */
  release(): void {
    this.#requireOpen();
    this.#connection.exec(`RELEASE ${this.#quoted}`);
    this.#open = false;
  }

  /** Undoes what was done since. The savepoint stays. */
  rollback(): void {
    this.#requireOpen();
    this.#connection.exec(`ROLLBACK TO ${this.#quoted}`);
  }

  /** Undoes what was done since, and ends the savepoint, unless it has ended. */
  [dispose](): void {
    if (!this.#open) return;
    this.#open = false;
    // Some errors make SQLite end the transaction, and every savepoint with it.
    if (!this.#connection.isOpen() || !this.#connection.inTransaction()) return;
    this.#connection.exec(`ROLLBACK TO ${this.#quoted}; RELEASE ${this.#quoted}`);
  }

  #requireOpen(): void {
    if (!this.#open) throw new TypeError(`The savepoint "${this.name}" has ended`);
  }
}
