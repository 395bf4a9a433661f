import { type Database, SqliteError, type SqlValue, type Statement } from '../../src/database';
import { EngineFailure, type SqlEngine } from './engine';

/** The facade in Node. */
export class FacadeEngine implements SqlEngine {
  readonly #changes: Statement<number>;

  constructor(private readonly db: Database) {
    this.#changes = db.prepare<number>('SELECT changes()').pluck();
  }

  async run(sql: string): Promise<number> {
    return this.#attempt(() => {
      this.db.exec(sql);
      return this.#changes.one();
    });
  }

  async all(sql: string): Promise<SqlValue[][]> {
    return this.#attempt(() => {
      using statement = this.db.prepare<SqlValue[]>(sql);
      return statement.raw().safeIntegers().all();
    });
  }

  /** Misuse and traps are no answers to SQL. */
  #attempt<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (error instanceof SqliteError) throw error;
      throw new EngineFailure(`the facade failed: ${error}`, { cause: error });
    }
  }
}
