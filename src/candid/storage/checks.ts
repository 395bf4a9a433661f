import type { IdlModule } from '../idl';
import { updateMethod } from '../method';
import { type CandidResult, resultTypes } from '../result';

/**
 * `Integrity` reads every page and compares indexes with their tables, `Quick` leaves the comparison out, `ForeignKeys`
 * looks for rows whose parent is missing.
 */
export type CandidCheckKind = { Integrity: null } | { Quick: null } | { ForeignKeys: null };

/** One call's worth of a check. */
export interface CandidCheck {
  archive: string;
  kind: CandidCheckKind;
  /** Only this table, with its indexes. */
  table: [] | [string];
  /** Instructions that the call may take; 10,000,000,000 when nothing is said. */
  instruction_budget: [] | [bigint];
  /** The cursor of the call before; absent in the first. */
  cursor: [] | [string];
}

/** Something that is wrong; without a table it is the archive as a whole. */
export interface CandidCheckFinding {
  table: [] | [string];
  message: string;
}

/** What one call found. */
export interface CandidCheckReport {
  /** What the first call found before its budget ended may come again, by table. */
  findings: CandidCheckFinding[];
  /** Tables that take more than one call's budget: ask again for each, with a larger one. */
  unchecked: string[];
  /** `Archive`: everything. `Tables`: table by table, since the whole did not fit the budget; the free pages are left out. */
  scope: { Archive: null } | { Tables: null };
  /** Where to go on; absent when the check is complete. */
  cursor: [] | [string];
}

/** SQLite's own checks. */
export interface CheckService {
  /** Damage is a finding, not a refusal. */
  db_check(request: CandidCheck): Promise<CandidResult<CandidCheckReport>>;
}

export function checkMethods(IDL: IdlModule) {
  const Check = IDL.Record({
    archive: IDL.Text,
    kind: IDL.Variant({ Integrity: IDL.Null, Quick: IDL.Null, ForeignKeys: IDL.Null }),
    table: IDL.Opt(IDL.Text),
    instruction_budget: IDL.Opt(IDL.Nat64),
    cursor: IDL.Opt(IDL.Text),
  });
  const Report = IDL.Record({
    findings: IDL.Vec(IDL.Record({ table: IDL.Opt(IDL.Text), message: IDL.Text })),
    unchecked: IDL.Vec(IDL.Text),
    scope: IDL.Variant({ Archive: IDL.Null, Tables: IDL.Null }),
    cursor: IDL.Opt(IDL.Text),
  });
  return { db_check: updateMethod([Check], resultTypes(IDL)(Report)) };
}
