import { EnginePointer } from '../externals/addresses';
import {
  sqlite3_bind_int64,
  sqlite3_column_text,
  sqlite3_finalize,
  sqlite3_step,
} from '../externals/engine-statements';
import { CheckPosition, ImportPhase, importRecord } from '../pages/import-record';
import {
  compile,
  Outcome,
  outcomeOf,
  refusalOf,
  runCheck,
  runCheckOf,
  SQLITE_DONE,
  SQLITE_ROW,
} from './check-statement';

// SQLite's check table by table, after the trees were walked. It compares rows with what the schema says of them.

const CHECKS: string =
  "SELECT printf('PRAGMA quick_check(\"%w\")', name) FROM sqlite_schema WHERE type = 'table' ORDER BY rowid LIMIT -1 OFFSET ?";

/** Checks the schema and tables from the record's position on. */
export function checkTables(connection: EnginePointer): Outcome {
  const record = importRecord();
  if (record.checkPosition === CheckPosition.Schema) {
    const outcome = runCheck(connection, 'PRAGMA quick_check(sqlite_schema)');
    if (outcome !== Outcome.Passed) return outcome;
    record.checkPosition = CheckPosition.FirstTable;
  }
  const statement = compile(connection, CHECKS);
  if (statement === 0) return refusalOf(connection);
  sqlite3_bind_int64(statement, 1, record.checkPosition - CheckPosition.FirstTable);
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

/** Passes what is at the record's position by, which does not fit a call: its structure was walked. */
export function passInPart(): void {
  const record = importRecord();
  record.checkPosition++;
  record.checkedInPart++;
}
