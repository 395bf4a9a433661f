import { stopWhenSpent } from '../engine/instruction-budget';
import { isSchemaTooLarge } from '../engine/schema-limit';
import { EnginePointer, toHost } from '../externals/addresses';
import { sqlite3_free, sqlite3_malloc64 } from '../externals/engine';
import { sqlite3_close } from '../externals/engine-statements';
import { releaseImportHeap } from '../pages/import-heap';
import { CheckPosition, ImportPhase, importRecord, setFailureText } from '../pages/import-record';
import { StoreStatus } from '../pages/status';
import { Store } from '../pages/store';
import { newEngineString } from '../vfs/engine-string';
import { openStagedConnection } from '../vfs/open';
import { Outcome, outcomeOf, run, runCheck } from './check-statement';
import { checkTables, passInPart } from './check-tables';
import { walkTrees } from './walk-trees';

// The check of a staged image, on a connection that lives as long as a call. SQLite's own is tried as a whole first. It
// cannot be taken up again, so where it does not fit a call, the structure is walked instead, over as many calls as it
// takes, and then each table is checked by SQLite, as many a call as fit. Of a table that does not fit a call by itself the
// rows are not compared with their declaration; its structure was walked.

/** The budget from which on a table that does not fit is passed by; with less, more is asked for. */
const AMPLE_BUDGET: u64 = 10_000_000_000;

/**
 * Checks on, to the end or that of the budget. ImportCorrupt leaves a text in the record in use. ImportBudget means that
 * one table, or reading the schema, does not fit a call that had all of its budget for it.
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
  if (outcome === Outcome.Passed) outcome = checkSchema(connection);
  if (outcome === Outcome.Passed) outcome = checkOn(slot, connection, hasWholeBudget, budget);
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

/** Reads the schema, which each use of the archive would have to do. */
function checkSchema(connection: EnginePointer): Outcome {
  const outcome = run(connection, 'SELECT 1 FROM sqlite_schema LIMIT 1');
  if (outcome !== Outcome.Passed || !isSchemaTooLarge(connection)) return outcome;
  const text = newEngineString('the schema takes more memory than an archive may need for it');
  if (text === 0) return Outcome.OutOfMemory;
  setFailureText(toHost(text));
  sqlite3_free(text);
  return Outcome.Damaged;
}

function checkOn(slot: Store, connection: EnginePointer, hasWholeBudget: bool, budget: u64): Outcome {
  const record = importRecord();
  if (record.checkPosition === CheckPosition.Whole) {
    const outcome = runCheck(connection, 'PRAGMA quick_check(1)');
    if (outcome === Outcome.Passed) record.phase = ImportPhase.Verified;
    if (outcome !== Outcome.Interrupted || !hasWholeBudget) return outcome;
    // Whatever this instance remembers of a walk in this slot was another image's.
    releaseImportHeap(slot.id);
    record.checkPosition = CheckPosition.Trees;
    return Outcome.Interrupted;
  }
  if (record.checkPosition === CheckPosition.Trees) {
    const outcome = walkTrees(slot, connection);
    if (outcome === Outcome.Stuck && !hasWholeBudget) return Outcome.Interrupted;
    if (outcome !== Outcome.Passed) return outcome;
    record.checkPosition = CheckPosition.Schema;
    return Outcome.Interrupted;
  }
  const before = record.checkPosition;
  const outcome = checkTables(connection);
  const isStuck = outcome === Outcome.Interrupted && record.checkPosition === before && hasWholeBudget;
  if (!isStuck) return outcome;
  if (budget < AMPLE_BUDGET) return Outcome.Stuck;
  passInPart();
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
    case Outcome.Unreadable:
      return StoreStatus.DamagedPage;
    default:
      return StoreStatus.Ok;
  }
}
