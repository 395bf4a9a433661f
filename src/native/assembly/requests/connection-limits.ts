// Limits of SQLite that hold for the SQL of messages, on the connections that run it. Together they bound what a single step
// of the engine can take, which no budget can stop half-way.

import { engineConnection, isLimited, markLimited } from '../binding/connection-record';
import { HostPointer } from '../externals/addresses';
import { sqlite3_limit } from '../externals/engine-statements';

// Categories of sqlite3_limit.
const LENGTH: i32 = 0;
const SQL_LENGTH: i32 = 1;
const COMPOUND_SELECT: i32 = 4;
const VDBE_OP: i32 = 5;
const FUNCTION_ARG: i32 = 6;
const ATTACHED: i32 = 7;
const LIKE_PATTERN_LENGTH: i32 = 8;
const PARSER_DEPTH: i32 = 12;

/** Bytes of a value and of a row: what a message can carry. */
const LARGEST_VALUE: i32 = 2097152;
const LONGEST_SQL: i32 = 1000000;
const MOST_COMPOUNDS: i32 = 500;
/** Instructions of a compiled statement, 24 bytes each. */
const LONGEST_PROGRAM: i32 = 250000;
const MOST_ARGUMENTS: i32 = 127;
/** VACUUM attaches one. */
const MOST_ATTACHED: i32 = 1;
const LONGEST_PATTERN: i32 = 1000;
/** Entries of the parser's stack, of which a nested query takes five. */
const DEEPEST_PARSE: i32 = 1000;

/** Sets the limits, once for each connection. */
export function limitConnection(record: HostPointer): void {
  if (isLimited(record)) return;
  markLimited(record);
  const connection = engineConnection(record);
  sqlite3_limit(connection, LENGTH, LARGEST_VALUE);
  sqlite3_limit(connection, SQL_LENGTH, LONGEST_SQL);
  sqlite3_limit(connection, COMPOUND_SELECT, MOST_COMPOUNDS);
  sqlite3_limit(connection, VDBE_OP, LONGEST_PROGRAM);
  sqlite3_limit(connection, FUNCTION_ARG, MOST_ARGUMENTS);
  sqlite3_limit(connection, ATTACHED, MOST_ATTACHED);
  sqlite3_limit(connection, LIKE_PATTERN_LENGTH, LONGEST_PATTERN);
  sqlite3_limit(connection, PARSER_DEPTH, DEEPEST_PARSE);
}
