import type { Database } from './database';
import { booleanOption, requireOptions } from './options';

export interface PragmaOptions {
  /** Returns the first column of the first row instead of all rows. Default false. */
  readonly simple?: boolean;
}

export function runPragma(database: Database, source: string, options: PragmaOptions): unknown {
  if (typeof source !== 'string') throw new TypeError('Expected first argument to be a string');
  requireOptions(options, ['simple']);
  const simple = booleanOption(options, 'simple', false);
  const statement = database.prepare(`PRAGMA ${source}`);
  try {
    if (statement.reader) return simple ? statement.pluck().get() : statement.all();
    statement.run();
    return simple ? undefined : [];
  } finally {
    statement.finalize();
  }
}
