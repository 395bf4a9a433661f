import type { MigrationError } from './error';
import { type RunningMigration, readHistory, recordApplied, recordRunning, versionOf } from './history';
import type { KnownMigration } from './plan';
import { planMigrations } from './plan';
import {
  assertForeignKeys,
  checksForeignKeys,
  failureOf,
  type RunBudget,
  type RunProgress,
  runMigration,
  STATEMENT_INSTRUCTIONS,
} from './run';
import type { MigrationTarget } from './target';
import { assertGuarded, dropSnapshot, keepBefore, restoreBefore } from './undo';

/** What one call did. */
export interface MigrationReport {
  /** The newest version that the archive is at, whole. */
  readonly version: number;
  /** Versions that this call completed. */
  readonly applied: readonly number[];
  /** Goes on with the next call; until then the archive shows part of it. */
  readonly running: RunningMigration | undefined;
  /** Migrations that wait behind it. */
  readonly pending: number;
  /** True when nothing is left to do. */
  readonly done: boolean;
}

export interface ApplyOptions {
  /** The last version to apply; the newest when absent. */
  readonly to?: number | undefined;
  /** Instructions after which no further statement is begun. */
  readonly instructions: number;
  /** What a single statement may take; 30 billion when absent. */
  readonly statementInstructions?: number;
}

/**
 * Applies what is pending, as much as a message's budget allows. Each migration is a transaction; one that does not fit is
 * committed in parts, behind a snapshot to which its failure returns. To be called until it is done.
 *
 * @throws {MigrationError} what {@link planMigrations} throws, MIGRATION_UNGUARDED, and MIGRATION_FAILED: the migrations before the failed one
 *   are applied, it and those behind it are not. When it had been committed in parts, the connection is closed.
 */
export function applyMigrations(
  target: MigrationTarget,
  known: readonly KnownMigration[],
  { to, instructions, statementInstructions = STATEMENT_INSTRUCTIONS }: ApplyOptions,
): MigrationReport {
  const history = readHistory(target.connection);
  const plan = planMigrations(history, known, to);
  if (history.running !== undefined) {
    assertGuarded(target, history.running);
  }
  const end = target.native.instructions() + instructions;
  const applied: number[] = [];
  let version = versionOf(history);
  let { running } = history;
  const ahead = plan.running === undefined ? plan.pending : [plan.running, ...plan.pending];
  for (const [index, next] of ahead.entries()) {
    const left = end - target.native.instructions();
    // However small the budget, a call goes on by one statement: else it would be called for ever.
    if (left <= 0 && index > 0) {
      break;
    }
    const budget = { instructions: Math.max(left, 0), statementInstructions };
    running = applyOne(target, next, running, budget, version);
    if (running !== undefined) {
      break;
    }
    version = next.migration.version;
    applied.push(version);
  }
  const pending = ahead.length - applied.length - (running === undefined ? 0 : 1);
  return { version, applied, running, pending, done: running === undefined && pending === 0 };
}

/** Runs a migration to its end, or to that of the budget. @returns what of it has to go on */
function applyOne(
  target: MigrationTarget,
  known: KnownMigration,
  running: RunningMigration | undefined,
  budget: RunBudget,
  version: number,
): RunningMigration | undefined {
  const { connection } = target;
  const unchecked = checksForeignKeys(known.migration);
  if (unchecked) {
    // Has no effect inside of a transaction.
    connection.exec('PRAGMA foreign_keys = OFF');
  }
  try {
    return inTransaction(target, known, running, budget);
  } catch (error) {
    throw undone(target, known, running, error, version);
  } finally {
    if (unchecked && connection.isOpen()) {
      connection.exec('PRAGMA foreign_keys = ON');
    }
  }
}

function inTransaction(
  target: MigrationTarget,
  { migration, checksum }: KnownMigration,
  running: RunningMigration | undefined,
  budget: RunBudget,
): RunningMigration | undefined {
  const { connection } = target;
  connection.begin('immediate');
  const progress = runMigration(connection, migration, running?.position ?? 0, budget);
  if (progress.position < progress.length) {
    return commitPart(target, { ...migration, checksum }, running, progress);
  }
  if (checksForeignKeys(migration)) {
    assertForeignKeys(connection, migration);
  }
  recordApplied(connection, { ...migration, checksum }, 'applied');
  connection.commit();
  if (running !== undefined) {
    dropSnapshot(target, running.snapshot);
  }
  return undefined;
}

/** Commits what was run of a migration, behind a snapshot of the archive as it was before its first part. */
function commitPart(
  target: MigrationTarget,
  { version, name, checksum }: { version: number; name: string; checksum: string },
  running: RunningMigration | undefined,
  { position, length }: RunProgress,
): RunningMigration {
  const { connection } = target;
  const snapshot = running?.snapshot ?? keepBefore(target, version);
  const next: RunningMigration = { version, name, checksum, position, length, snapshot };
  try {
    recordRunning(connection, next);
    connection.commit();
  } catch (error) {
    if (running === undefined) {
      dropSnapshot(target, snapshot);
    }
    throw error;
  }
  return next;
}

/** Puts the archive back to where it was before the migration. @returns the refusal to throw */
function undone(
  target: MigrationTarget,
  { migration }: KnownMigration,
  running: RunningMigration | undefined,
  error: unknown,
  version: number,
): MigrationError {
  target.connection.rollback();
  if (running !== undefined) {
    restoreBefore(target, running);
  }
  return failureOf(migration, error, version);
}
