import type { NativeConnection } from '../native/interface';
import { SqliteError } from './errors';

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

/** Before a table's name in a cursor: the last table that was passed, or nothing before the first one. */
const AFTER_TABLE = 'after:';

/**
 * Does one call's worth of a check. The first one tries the whole archive. Where that takes more than the budget, the
 * next ones go from table to table by name, so that what changes between two calls does not matter.
 *
 * Damage is a finding, not an error.
 *
 * @throws RangeError for a cursor that no call returned
 */
export function checkArchive(connection: NativeConnection, options: CheckOptions): CheckReport {
  const { kind, table, cursor, instructionBudget } = options;
  if (cursor !== undefined && !isCheckCursor(cursor)) {
    throw new RangeError('cursor must be one that a check returned');
  }
  // Listing them is not part of the budget, or there might be none left for the first one.
  const tables = cursor === undefined ? undefined : tablesAfter(connection, cursor.slice(AFTER_TABLE.length));
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
  return text.startsWith(AFTER_TABLE);
}

function checkTable(connection: NativeConnection, kind: CheckKind, table: string): CheckReport {
  const findings = findingsOf(connection, kind, table);
  return {
    findings: findings ?? [],
    unchecked: findings === undefined ? [table] : [],
    scope: 'tables',
    cursor: undefined,
  };
}

function checkWhole(connection: NativeConnection, kind: CheckKind): CheckReport {
  const findings = findingsOf(connection, kind, undefined);
  const scope = findings === undefined ? 'tables' : 'archive';
  const cursor = findings === undefined ? AFTER_TABLE : undefined;
  return { findings: findings ?? [], unchecked: [], scope, cursor };
}

function checkTables(connection: NativeConnection, kind: CheckKind, tables: readonly string[]): CheckReport {
  const findings: CheckFinding[] = [];
  let passed: string | undefined;
  for (const table of tables) {
    const found = findingsOf(connection, kind, table);
    if (found === undefined) {
      // A table that had the whole budget and needs more would need it in the next call, too.
      const unchecked = passed === undefined ? [table] : [];
      return { findings, unchecked, scope: 'tables', cursor: AFTER_TABLE + (passed ?? table) };
    }
    findings.push(...found);
    passed = table;
  }
  return { findings, unchecked: [], scope: 'tables', cursor: undefined };
}

function tablesAfter(connection: NativeConnection, name: string): string[] {
  const sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name > ? ORDER BY name";
  const statement = connection.prepare(sql).pluck();
  try {
    return statement.all(name) as string[];
  } finally {
    statement.finalize();
  }
}

/** What a pragma finds; `undefined` when the budget ran out. What it found before it met damage counts too. */
function findingsOf(
  connection: NativeConnection,
  kind: CheckKind,
  table: string | undefined,
): CheckFinding[] | undefined {
  const findings: CheckFinding[] = [];
  try {
    for (const row of rowsOf(connection, kind, table)) findings.push(...findingOf(kind, table, row));
  } catch (error) {
    if (!(error instanceof SqliteError)) throw error;
    if (error.code === 'SQLITE_INTERRUPT') return undefined;
    if (!isDamage(error)) throw error;
    findings.push({ table, message: error.message });
  }
  return findings;
}

function* rowsOf(
  connection: NativeConnection,
  kind: CheckKind,
  table: string | undefined,
): Generator<readonly unknown[]> {
  const argument = table === undefined ? '' : `("${table.replaceAll('"', '""')}")`;
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
