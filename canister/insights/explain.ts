import type { CandidPlanStep } from '../../src/candid';
import type { NativeStatementMethods } from '../../src/native/interface';
import { CanisterError } from '../service/error';
import { authorisedArchive } from '../service/governed';
import { running } from '../service/service';

type PlanRow = [number, number, number, string];

/** How SQLite would run a statement, which is compiled and not run. */
export function explain(reference: string, sql: string): CandidPlanStep[] {
  const { slot } = authorisedArchive('explain', reference);
  const statement = compile(slot, `EXPLAIN QUERY PLAN ${sql}`).raw();
  try {
    return (statement.all() as PlanRow[]).map(([id, parent, , detail]) => ({ id, parent, detail }));
  } finally {
    statement.finalize();
  }
}

function compile(slot: number, sql: string): NativeStatementMethods {
  try {
    return running().handles.open(slot).prepareToExplain(sql);
  } catch (error) {
    // Several statements, or none, or a NUL.
    throw error instanceof RangeError ? new CanisterError('INVALID_ARGUMENT', error.message) : error;
  }
}
