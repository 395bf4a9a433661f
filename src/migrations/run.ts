import { SqliteError } from '../database';
import type { NativeConnection } from '../native/interface';
import { MigrationError } from './error';
import { isCode, type Migration, type SqlMigration, titleOf } from './migration';

/** Bounds of one call, in instructions. */
export interface RunBudget {
  /** After which no further statement is begun. */
  readonly instructions: number;
  /** What a single statement may take: below an update's limit, so that it ends with an error and not with a trap. */
  readonly statementInstructions: number;
}

/** An update has 40 billion; the rest is for what the message does besides. */
export const STATEMENT_INSTRUCTIONS = 30_000_000_000;

/** How far a migration has come. Bytes of its SQL; a migration in TypeScript has one step. */
export interface RunProgress {
  readonly position: number;
  readonly length: number;
}

/**
 * Runs a migration, or as much of it as the budget allows, in the transaction that is open.
 *
 * @param from the `position` of the run before
 * @throws whatever the migration does
 */
export function runMigration(
  connection: NativeConnection,
  migration: Migration,
  from: number,
  { instructions, statementInstructions }: RunBudget,
): RunProgress {
  if (isCode(migration)) {
    migration.up(connection);
    return { position: 1, length: 1 };
  }
  connection.setInstructionBudget(statementInstructions);
  try {
    const { position, length } = connection.execPart(migration.sql, from, instructions);
    return { position, length };
  } finally {
    connection.setInstructionBudget(undefined);
  }
}

/** Whether foreign keys are left alone while a migration runs, and looked at when it ends. */
export function checksForeignKeys(migration: Migration): migration is SqlMigration {
  return !isCode(migration) && migration.foreignKeys === 'checked';
}

/** @throws {MigrationError} MIGRATION_FAILED */
export function assertForeignKeys(connection: NativeConnection, migration: Migration): void {
  const statement = connection.prepare('PRAGMA foreign_key_check').raw();
  try {
    const violation = statement.get() as [string, number | null, string] | undefined;
    if (violation !== undefined) {
      const [child, rowid, parent] = violation;
      const row = rowid === null ? 'a row' : `row ${rowid}`;
      throw new MigrationError(
        'MIGRATION_FAILED',
        `${titleOf(migration)} leaves ${row} of ${child} without its parent in ${parent}`,
      );
    }
  } finally {
    statement.finalize();
  }
}

/** What failed, as a refusal that says where the archive is now. */
export function failureOf(migration: Migration, cause: unknown, version: number): MigrationError {
  const { message } = cause instanceof Error ? cause : { message: String(cause) };
  const { extendedCode, offset, code } = cause instanceof SqliteError ? cause : NO_DETAILS;
  const what = code === 'SQLITE_INTERRUPT' ? TOO_LONG : message;
  return new MigrationError(
    'MIGRATION_FAILED',
    `${titleOf(migration)} failed: ${what}; the archive is at version ${version}`,
    { extendedCode, offset, cause },
  );
}

const NO_DETAILS = { extendedCode: undefined, offset: undefined, code: undefined };
const TOO_LONG = 'one of its statements takes more instructions than a message has, split it';
