import { stopWhenSpent } from '../engine/instruction-budget';
import { EnginePointer, toHost } from '../externals/addresses';
import { sqlite3_free, sqlite3_malloc64 } from '../externals/engine';
import {
  sqlite3_bind_int64,
  sqlite3_close,
  sqlite3_column_text,
  sqlite3_finalize,
  sqlite3_step,
} from '../externals/engine-statements';
import { ImportPhase, importRecord } from '../pages/import-record';
import { StoreStatus } from '../pages/status';
import { Store } from '../pages/store';
import { openStagedConnection } from '../vfs/open';

import {
  compile,
  didStructureHold,
  Outcome,
  outcomeOf,
  refusalOf,
  run,
  runCheck,
  runCheckOf,
  SQLITE_DONE,
  SQLITE_ROW,
} from './check-statement';

// SQLite's own check of a staged image, on a connection that lives as long as a call. It is tried as a whole first, which
// also sees pages that two tables claim; where that does not fit a call, the schema with the list of free pages and then
// each table are checked by themselves, as many a call as fit. Of a table that does not fit a call by itself, however much
// that may use, the structure is checked and the rows are not compared with their declaration.

/** Positions in the record: what is checked next. Those behind `SCHEMA` are tables in the schema's order. */
const WHOLE: u32 = 0;
const SCHEMA: u32 = 1;
const FIRST_TABLE: u32 = 2;

/** The budget from which on a table that does not fit is passed by its structure; with less, more is asked for. */
export const AMPLE_BUDGET: u64 = 10_000_000_000;

/**
 * Checks on, to the end or that of the budget. ImportCorrupt leaves a text in the record in use. ImportBudget means that
 * one table does not fit a call that had all of its budget for it.
 * @param hasWholeBudget whether the call has done nothing else before
 */
export function checkImage(slot: Store, hasWholeBudget: bool, budget: u64): StoreStatus {
  const result = sqlite3_malloc64(4);
  if (result === 0) return StoreStatus.ImportMemory;
  store<u32>(toHost(result), 0);
  const code = openStagedConnection(slot.id, result);
  const connection = load<u32>(toHost(result));
  sqlite3_free(result);
  if (connection === 0) return StoreStatus.ImportMemory;
  let outcome = outcomeOf(connection, code);
  if (outcome === Outcome.Passed) outcome = configure(connection);
  if (outcome === Outcome.Passed) outcome = checkOn(connection, hasWholeBudget, budget);
  sqlite3_close(connection);
  return statusOf(outcome);
}

/** Constraints of the schema's author are no damage, and what they compute is not run. */
function configure(connection: EnginePointer): Outcome {
  stopWhenSpent(connection);
  let outcome = run(connection, 'PRAGMA trusted_schema = OFF');
  if (outcome === Outcome.Passed) outcome = run(connection, 'PRAGMA ignore_check_constraints = ON');
  if (outcome === Outcome.Passed) outcome = run(connection, 'PRAGMA cell_size_check = ON');
  if (outcome === Outcome.Passed) outcome = run(connection, 'PRAGMA temp_store = MEMORY');
  return outcome;
}

function checkOn(connection: EnginePointer, hasWholeBudget: bool, budget: u64): Outcome {
  const record = importRecord();
  if (record.checkPosition === WHOLE) {
    const outcome = runCheck(connection, 'PRAGMA quick_check(1)');
    if (outcome === Outcome.Passed) record.phase = ImportPhase.Verified;
    if (outcome !== Outcome.Interrupted || !hasWholeBudget) return outcome;
    record.checkPosition = SCHEMA;
    return Outcome.Interrupted;
  }
  const before = record.checkPosition;
  const outcome = checkTables(connection);
  const isStuck = outcome === Outcome.Interrupted && record.checkPosition === before && hasWholeBudget;
  if (!isStuck) return outcome;
  if (budget < AMPLE_BUDGET || before < FIRST_TABLE || !didStructureHold()) return Outcome.Stuck;
  record.checkPosition++;
  record.checkedInPart++;
  return outcome;
}

function checkTables(connection: EnginePointer): Outcome {
  const record = importRecord();
  if (record.checkPosition === SCHEMA) {
    const outcome = runCheck(connection, 'PRAGMA quick_check(sqlite_schema)');
    if (outcome !== Outcome.Passed) return outcome;
    record.checkPosition = FIRST_TABLE;
  }
  const statement = compile(
    connection,
    "SELECT printf('PRAGMA quick_check(\"%w\")', name) FROM sqlite_schema WHERE type = 'table' ORDER BY rowid LIMIT -1 OFFSET ?",
  );
  if (statement === 0) return refusalOf(connection);
  sqlite3_bind_int64(statement, 1, record.checkPosition - FIRST_TABLE);
  let outcome = Outcome.Passed;
  let code = SQLITE_ROW;
  while (outcome === Outcome.Passed) {
    code = sqlite3_step(statement);
    if (code !== SQLITE_ROW) break;
    const sql = sqlite3_column_text(statement, 0);
    outcome = sql === 0 ? Outcome.OutOfMemory : runCheckOf(connection, sql);
    if (outcome === Outcome.Passed) record.checkPosition++;
  }
  if (outcome === Outcome.Passed && code !== SQLITE_DONE) outcome = outcomeOf(connection, code);
  sqlite3_finalize(statement);
  if (outcome === Outcome.Passed) record.phase = ImportPhase.Verified;
  return outcome;
}

function statusOf(outcome: Outcome): StoreStatus {
  switch (outcome) {
    case Outcome.Damaged:
      return StoreStatus.ImportCorrupt;
    case Outcome.OutOfMemory:
      return StoreStatus.ImportMemory;
    case Outcome.Stuck:
      return StoreStatus.ImportBudget;
    default:
      return StoreStatus.Ok;
  }
}
