import type { Statement } from './statement';

/** Prepared statements by their SQL text: the ones that were used last, at most as many as the capacity. */
export class StatementCache {
  readonly #capacity: number;
  readonly #prepare: (sql: string) => Statement;
  /** In the order of their last use: a Map keeps the order of insertion. */
  readonly #statements = new Map<string, Statement>();

  constructor(capacity: number, prepare: (sql: string) => Statement) {
    this.#capacity = capacity;
    this.#prepare = prepare;
  }

  /** Statements that are kept. */
  get size(): number {
    return this.#statements.size;
  }

  /** The text's statement with its modes as if it had just been prepared. One that is in use is left to its user. */
  get(sql: string, safeIntegers: boolean): Statement {
    const known = this.#statements.get(sql);
    if (known === undefined) this.#makeRoom();
    else this.#statements.delete(sql);
    const statement = known?.renew(safeIntegers) ? known : this.#prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  /** Forgets all of them, finalized or not. */
  clear(): void {
    this.#statements.clear();
  }

  #makeRoom(): void {
    const oldest = this.#statements.entries().next();
    if (this.#statements.size < this.#capacity || oldest.done) return;
    const [sql, statement] = oldest.value;
    this.#statements.delete(sql);
    if (!statement.busy) statement.finalize();
  }
}
