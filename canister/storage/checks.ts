import { type CandidCheck, type CandidCheckReport, optional } from '../../src/candid';
import { CHECK_KINDS, checkArchive, isCheckCursor } from '../../src/database';
import { wholeNumber } from '../service/arguments';
import { CanisterError } from '../service/error';
import { authorisedArchive } from '../service/governed';
import type { Implementations } from '../service/methods';
import { fromVariant, toVariant } from '../service/names';
import { running } from '../service/service';

export const checksMethods = {
  db_check: check,
} satisfies Implementations;

/** Instructions that a call checks for when nothing is said: a quarter of what an update may take. */
const DEFAULT_BUDGET = 10_000_000_000n;

/** One call's worth of SQLite's checks. */
function check(request: CandidCheck): CandidCheckReport {
  const { slot } = authorisedArchive('db_check', request.archive);
  const [cursor] = request.cursor;
  if (cursor !== undefined && !isCheckCursor(cursor)) {
    throw new CanisterError('INVALID_ARGUMENT', 'cursor must be the one that the call before returned');
  }
  const report = checkArchive(running().handles.open(slot), {
    kind: fromVariant(CHECK_KINDS, request.kind),
    table: request.table[0],
    instructionBudget: wholeNumber('instruction_budget', request.instruction_budget[0] ?? DEFAULT_BUDGET, 1),
    cursor,
  });
  return {
    findings: report.findings.map(({ table, message }) => ({ table: optional(table), message })),
    unchecked: [...report.unchecked],
    scope: toVariant(report.scope),
    cursor: optional(report.cursor),
  };
}
