import type { Archive } from '../../catalog/archives/archive';
import { finishMigrating, quarantineArchive, startMigrating } from '../../catalog/archives/life';
import { LONGEST_REASON } from '../../catalog/archives/reason';
import { assertRequirement } from '../../catalog/archives/state-gate';
import { nativeModule } from '../../src/database';
import {
  applyMigrations,
  cancelMigration,
  type KnownMigration,
  MigrationError,
  type MigrationReport,
  type MigrationTarget,
  type RunningMigration,
  readHistory,
} from '../../src/migrations';
import { running as service } from '../service/service';

/** Instructions of a message after which no further statement is begun: half a round's, so that other calls get their turn. */
const MESSAGE_INSTRUCTIONS = 1_000_000_000;

/** An archive as migrations change it. */
export function targetOf({ slot }: Archive): MigrationTarget {
  const { handles } = service();
  return { native: nativeModule(), connection: handles.open(slot), close: () => handles.close(slot) };
}

/**
 * Applies what one message can, and closes the archive to everybody else while part of a migration is in it.
 *
 * @throws {CatalogError} ARCHIVE_*, *_BLOCKED
 * @throws {MigrationError} what {@link applyMigrations} throws; the archive is at a whole version then
 */
export function migrateArchive(
  archive: Archive,
  known: readonly KnownMigration[],
  to: number | undefined,
): MigrationReport {
  assertRequirement(archive, 'migratable');
  let report: MigrationReport;
  try {
    report = applyMigrations(targetOf(archive), known, { to, instructions: MESSAGE_INSTRUCTIONS });
  } catch (error) {
    followHistory(archive);
    throw error;
  }
  try {
    followHistory(archive);
  } catch (cause) {
    // With a code it would be answered, and the part that was committed would stay where everybody reads it.
    throw new Error(`'${archive.id}' cannot be closed, so what was migrated is undone`, { cause });
  }
  return report;
}

/**
 * Puts the archive back to where it was before the migration that is under way. When that cannot be done, it is
 * quarantined.
 *
 * @throws {MigrationError} MIGRATION_NONE
 */
export function undoMigration(archive: Archive): RunningMigration {
  try {
    return cancelMigration(targetOf(archive));
  } catch (error) {
    if (!(error instanceof MigrationError) && archive.life.state === 'migrating') {
      quarantine(archive, error);
    }
    throw error;
  } finally {
    followHistory(archive);
  }
}

/** The archive is migrating as long as its own history says so. */
function followHistory({ generation }: Archive): void {
  const { catalog, handles } = service();
  const archive = catalog.ofGeneration(generation);
  if (archive === undefined || archive.life.state === 'damaged') {
    return;
  }
  const { running } = readHistory(handles.open(archive.slot));
  const { life } = archive;
  const version = life.state === 'migrating' ? life.version : undefined;
  if (running !== undefined && running.version !== version) {
    startMigrating(catalog, archive, running.version);
  } else if (running === undefined && version !== undefined) {
    finishMigrating(catalog, archive);
  }
}

function quarantine(archive: Archive, cause: unknown): void {
  const { catalog } = service();
  const open = archive.life.state === 'migrating' ? finishMigrating(catalog, archive) : archive;
  const reason = `a migration could not be undone: ${cause instanceof Error ? cause.message : String(cause)}`;
  quarantineArchive(catalog, open, reason.slice(0, LONGEST_REASON));
}
