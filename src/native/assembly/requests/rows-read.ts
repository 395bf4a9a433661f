// How many rows a request read. SQLite counts, for each statement, the steps that its cursors take from row to row: in full
// scans of tables (SQLITE_STMTSTATUS_FULLSCAN_STEP) and, in a counter that its interface does not name, everywhere else: in
// ranges of indexes, sorters and temporary tables. A cursor's first row takes no step, so one is added; a row that is
// looked up by its key takes none either, so there are at least as many as were answered.

import { EnginePointer } from '../externals/addresses';
import { sqlite3_stmt_status } from '../externals/engine-statements';

/** The counter of steps outside of full scans. */
const OTHER_STEP: i32 = 0;
const FULLSCAN_STEP: i32 = 1;
const RESET: i32 = 1;

let rows: u64 = 0;

export function beginRowsRead(): void {
  rows = 0;
}

export function rowsRead(): u64 {
  return rows;
}

/** Adds what a statement's run read and answered. */
export function takeRowsRead(statement: EnginePointer, answered: u32): void {
  const scanned = sqlite3_stmt_status(statement, FULLSCAN_STEP, RESET);
  const steps = <u32>scanned + <u32>sqlite3_stmt_status(statement, OTHER_STEP, RESET);
  rows += max<u32>(answered, steps === 0 ? 0 : steps + 1);
}
