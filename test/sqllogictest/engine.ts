import type { SqlValue } from '../../src/database';

/** What runs a script's records. Whatever it throws is an error of the record's SQL, unless it is an {@link EngineFailure}. */
export interface SqlEngine {
  /** Runs a statement and returns how many rows it changed. */
  run(sql: string): Promise<number>;
  /** Runs a query and returns its rows, INTEGER values as `bigint`. */
  all(sql: string): Promise<SqlValue[][]>;
}

/** The engine itself is broken, so that the script cannot go on. */
export class EngineFailure extends Error {
  override readonly name = 'EngineFailure';
}
