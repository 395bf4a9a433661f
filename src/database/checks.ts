import type { NativeConnection } from '../native/interface';
import { SqliteError } from './errors';
import { quoted } from './quoted';

/**
 * What is checked: `integrity` reads every page and compares indexes with their tables, `quick` leaves the comparison out,
 * `foreign-keys` looks for rows whose parent is missing.
 */
export const CHECK_KINDS = ['integrity', 'quick', 'foreign-keys'] as const;
export type CheckKind = (typeof CHECK_KINDS)[number];

export interface CheckOptions {
  readonly kind: CheckKind;
  /** Only this table, with its indexes; a check of one is complete with one call. */
  readonly table?: string | undefined;
  /** Instructions that this call may take. In Node they are not counted. */
  readonly instructionBudget: number;
  /** The cursor of the call before; `undefined` begins. */
  readonly cursor?: string | undefined;
}

/** Something that is wrong. */
export interface CheckFinding {
  /** The table that was being checked; `undefined` for the archive as a whole. */
  readonly table: string | undefined;
  /** SQLite's sentence, or one of that form for a missing parent. */
  readonly message: string;
}

/** What one call found. */
export interface CheckReport {
  readonly findings: readonly CheckFinding[];
  /** Tables that take more than one call's budget, so that they were not checked. */
  readonly unchecked: readonly string[];
  /**
   * What the check covers. `archive`: everything. `tables`: the whole did not fit the budget, and each table with its indexes
   * is checked by itself; the list of free pages is not.
   */
  readonly scope: 'archive' | 'tables';
  /** Where to go on; `undefined` when the check is complete. */
  readonly cursor: string | undefined;
}

const PRAGMAS: Readonly<Record<CheckKind, string>> = {
  integrity: 'integrity_check',
  quick: 'quick_check',
  'foreign-keys': 'foreign_key_check',
};

/**
 * A cursor is this and the row of SQLite's schema table above which all tables are passed. Rows are short, whatever a table
 * is called. They go down because VACUUM numbers them anew: none gets a higher one, so none is missed.
 */
const BELOW_ROW = 'below:';
const CURSOR = /^below:\d{1,16}$/;
const BELOW_ALL = BELOW_ROW + Number.MAX_SAFE_INTEGER;

interface TableRow {
  readonly row: number;
  readonly table: string;
}

interface Outcome {
  readonly findings: readonly CheckFinding[];
  /** True when the budget ran out. */
  readonly isInterrupted: boolean;
}

/**
 * Does one call's worth of a check. The first one tries the whole archive. Where that takes more than the budget, the
 * next ones go from table to table, the newest first; tables that come in between are left out.
 *
 * Damage is a finding, not an error. What the first call found before its budget ended may be found again, by table.
 *
 * @throws RangeError for a cursor that no call returned
 */
export function checkArchive(connection: NativeConnection, options: CheckOptions): CheckReport {
  const { kind, table, cursor, instructionBudget } = options;
  if (cursor !== undefined && !isCheckCursor(cursor)) {
    throw new RangeError('cursor must be one that a check returned');
  }
  // Listing them is not part of the budget, or there might be none left for the first one.
  const tables =
    cursor === undefined ? undefined : tablesBelow(connection, Number(cursor.slice(BELOW_ROW.length)));
  connection.setInstructionBudget(instructionBudget);
  try {
    if (table !== undefined) return checkTable(connection, kind, table);
    return tables === undefined ? checkWhole(connection, kind) : checkTables(connection, kind, tables);
  } finally {
    connection.setInstructionBudget(undefined);
  }
}

/** Whether a text has the form of a cursor that a check returns. */
export function isCheckCursor(text: string): boolean {
  return CURSOR.test(text);
}

function checkTable(connection: NativeConnection, kind: CheckKind, table: string): CheckReport {
  const { findings, isInterrupted } = outcomeOf(connection, kind, table);
  return { findings, unchecked: isInterrupted ? [table] : [], scope: 'tables', cursor: undefined };
}

function checkWhole(connection: NativeConnection, kind: CheckKind): CheckReport {
  const { findings, isInterrupted } = outcomeOf(connection, kind, undefined);
  return isInterrupted
    ? { findings, unchecked: [], scope: 'tables', cursor: BELOW_ALL }
    : { findings, unchecked: [], scope: 'archive', cursor: undefined };
}

function checkTables(
  connection: NativeConnection,
  kind: CheckKind,
  tables: readonly TableRow[],
): CheckReport {
  const findings: CheckFinding[] = [];
  let passed: number | undefined;
  for (const { row, table } of tables) {
    const outcome = outcomeOf(connection, kind, table);
    if (outcome.isInterrupted && passed !== undefined) {
      // The next call has the whole budget for it, and finds this again.
      return { findings, unchecked: [], scope: 'tables', cursor: BELOW_ROW + passed };
    }
    findings.push(...outcome.findings);
    if (outcome.isInterrupted) {
      // A table that had the whole budget and needs more would need it in the next call, too.
      return { findings, unchecked: [table], scope: 'tables', cursor: BELOW_ROW + row };
    }
    passed = row;
  }
  return { findings, unchecked: [], scope: 'tables', cursor: undefined };
}

function tablesBelow(connection: NativeConnection, end: number): TableRow[] {
  const sql = "SELECT rowid, name FROM sqlite_schema WHERE type = 'table' AND rowid < ? ORDER BY rowid DESC";
  const statement = connection.prepare(sql).raw();
  try {
    return (statement.all(end) as [number, string][]).map(([row, table]) => ({ row, table }));
  } finally {
    statement.finalize();
  }
}

/** What a pragma finds, also before it met damage or its budget ran out. */
function outcomeOf(connection: NativeConnection, kind: CheckKind, table: string | undefined): Outcome {
  const findings: CheckFinding[] = [];
  try {
    for (const row of rowsOf(connection, kind, table)) findings.push(...findingOf(kind, table, row));
  } catch (error) {
    if (!(error instanceof SqliteError)) throw error;
    if (error.code === 'SQLITE_INTERRUPT') return { findings, isInterrupted: true };
    if (!isDamage(error)) throw error;
    findings.push({ table, message: error.message });
  }
  return { findings, isInterrupted: false };
}

function* rowsOf(
  connection: NativeConnection,
  kind: CheckKind,
  table: string | undefined,
): Generator<readonly unknown[]> {
  const argument = table === undefined ? '' : `(${quoted(table)})`;
  const statement = connection.prepare(`PRAGMA ${PRAGMAS[kind]}${argument}`).raw();
  try {
    statement.start();
    for (let row = statement.step(); row !== undefined; row = statement.step()) yield row as unknown[];
  } finally {
    statement.finalize();
  }
}

function findingOf(kind: CheckKind, table: string | undefined, row: readonly unknown[]): CheckFinding[] {
  if (kind === 'foreign-keys') {
    const [child, rowid, parent, constraint] = row;
    const place = rowid === null ? 'a row' : `row ${rowid}`;
    const message = `${place} of ${child} misses its parent in ${parent} (foreign key ${constraint})`;
    return [{ table: String(child), message }];
  }
  const [message] = row;
  return message === 'ok' ? [] : [{ table, message: String(message) }];
}

function isDamage(error: SqliteError): boolean {
  return /^SQLITE_(CORRUPT|IOERR|NOTADB)/.test(error.code);
}
