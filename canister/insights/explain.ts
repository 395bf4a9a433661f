import type { CandidPlanStep } from '../../src/candid';
import { SqliteError } from '../../src/database';
import type { NativeStatementMethods } from '../../src/native/interface';
import { CanisterError } from '../service/error';
import { authorisedArchive } from '../service/governed';
import type { Implementations } from '../service/methods';
import { running } from '../service/service';

export const explainMethods = {
  explain,
} satisfies Implementations;

type PlanRow = [number, number, number, string];

const EXPLAIN = 'EXPLAIN QUERY PLAN ';

/** How SQLite would run a statement, which is compiled and not run: its parameters need no values. */
function explain(reference: string, sql: string): CandidPlanStep[] {
  const { slot } = authorisedArchive('explain', reference);
  const statement = compile(slot, sql).raw();
  try {
    return (statement.all() as PlanRow[]).map(([id, parent, , detail]) => ({ id, parent, detail }));
  } finally {
    statement.finalize();
  }
}

function compile(slot: number, sql: string): NativeStatementMethods {
  try {
    return running()
      .handles.open(slot)
      .prepareToExplain(EXPLAIN + sql);
  } catch (error) {
    // Several statements, or a NUL.
    if (error instanceof RangeError) throw new CanisterError('INVALID_ARGUMENT', error.message);
    throw error instanceof SqliteError ? inCallersText(error) : error;
  }
}

/** The same error with the offset in the text that the caller sent. */
function inCallersText({ message, code, extendedCode, offset }: SqliteError): SqliteError {
  const own = offset === undefined ? undefined : Math.max(offset - EXPLAIN.length, 0);
  return new SqliteError(message, code, extendedCode, own);
}
