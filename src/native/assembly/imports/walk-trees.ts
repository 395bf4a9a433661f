import { EnginePointer } from '../externals/addresses';
import {
  sqlite3_bind_int64,
  sqlite3_column_text,
  sqlite3_column_value,
  sqlite3_finalize,
  sqlite3_step,
  sqlite3_value_int64,
} from '../externals/engine-statements';
import { releaseImportHeap } from '../pages/import-heap';
import { importRecord } from '../pages/import-record';
import { Store } from '../pages/store';
import { beginTree } from '../trees/descent';
import { TreeKind, TreeWalk, walkOf } from '../trees/tree-walk';
import { beginWalk, continueWalk, endWalk, WalkOutcome } from '../trees/walk';
import { compile, Outcome, outcomeOf, refusalOf, runText, SQLITE_ROW } from './check-statement';

// The walk over the trees of a staged image. SQLite reads the schema and says where they begin.

/**
 * Each root, whether it is an index's, and a statement that opens it if it is a table's. An entry without SQL is an index
 * that SQLite made for a constraint. It counts where SQLite finds its table: the pages of another are used by nothing.
 */
const ROOTS = `
SELECT rootpage, type = 'index', CASE type WHEN 'table' THEN printf('SELECT 1 FROM "%w" NOT INDEXED LIMIT 1', name) END
FROM sqlite_schema AS entry
WHERE rootpage <> 0 AND (sql <> '' OR EXISTS (SELECT 1 FROM pragma_index_info(entry.name)))
ORDER BY rowid LIMIT -1 OFFSET ?`;

/** Walks on, to the end or that of the budget; Stuck where a budget did not even do for a step. */
export function walkTrees(slot: Store, connection: EnginePointer): Outcome {
  const outcome = walkOn(slot, connection);
  const goesOn =
    outcome === Outcome.Interrupted || outcome === Outcome.Stuck || outcome === Outcome.OutOfMemory;
  // A step that failed cannot be taken again.
  if (!goesOn) releaseImportHeap(slot.id);
  return outcome;
}

function walkOn(slot: Store, connection: EnginePointer): Outcome {
  const session = importRecord().session;
  let walk = walkOf(slot.id, session);
  if (walk === null) {
    const outcome = meaningOf(beginWalk(slot));
    if (outcome !== Outcome.Interrupted) return outcome;
    walk = walkOf(slot.id, session);
  }
  const before = walk!.steps;
  let outcome = meaningOf(continueWalk(slot, walk!));
  if (outcome === Outcome.Passed) outcome = walkRoots(slot, walk!, connection);
  return outcome === Outcome.Interrupted && walk!.steps === before ? Outcome.Stuck : outcome;
}

/** The schema's own tree was walked before SQLite is asked to read it. */
function walkRoots(slot: Store, walk: TreeWalk, connection: EnginePointer): Outcome {
  const statement = compile(connection, ROOTS);
  if (statement === 0) return refusalOf(connection);
  sqlite3_bind_int64(statement, 1, walk.roots);
  let outcome = Outcome.Passed;
  while (outcome === Outcome.Passed) {
    const code = sqlite3_step(statement);
    if (code !== SQLITE_ROW) {
      outcome = outcomeOf(connection, code);
      break;
    }
    const opening = sqlite3_column_text(statement, 2);
    // Whether a table's tree is one with rowids is not in the tree, and SQLite tells by opening it.
    if (opening !== 0) outcome = runText(connection, opening);
    if (outcome !== Outcome.Passed) break;
    const isIndex = integerAt(statement, 1) !== 0;
    beginTree(walk, <u32>integerAt(statement, 0), isIndex ? TreeKind.Index : TreeKind.Any);
    walk.roots++;
    outcome = meaningOf(continueWalk(slot, walk));
  }
  sqlite3_finalize(statement);
  return outcome === Outcome.Passed ? meaningOf(endWalk(walk)) : outcome;
}

function integerAt(statement: EnginePointer, column: i32): i64 {
  return sqlite3_value_int64(sqlite3_column_value(statement, column));
}

function meaningOf(outcome: WalkOutcome): Outcome {
  switch (outcome) {
    case WalkOutcome.AwaitsRoot:
      return Outcome.Passed;
    case WalkOutcome.Damaged:
      return Outcome.Damaged;
    case WalkOutcome.Unreadable:
      return Outcome.Unreadable;
    case WalkOutcome.OutOfMemory:
      return Outcome.OutOfMemory;
    default:
      return Outcome.Interrupted;
  }
}
