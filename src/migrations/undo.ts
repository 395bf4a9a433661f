import { MigrationError } from './error';
import { type RunningMigration, readHistory } from './history';
import { titleOf } from './migration';
import type { MigrationTarget } from './target';

/** Images that a slot can hold; a migration in parts needs one for its start, and one more for the way back. */
const MOST_IMAGES = 31;
const IMAGES_NEEDED = 2;
/** Pages of a dropped snapshot that are given back at once; each later commit gives back some more. */
const PAGES_AT_ONCE = 4_096;

/**
 * Keeps the archive as it was published last, so without what the open transaction has done.
 *
 * @returns the snapshot's number
 */
export function keepBefore({ native, connection }: MigrationTarget, version: number): number {
  const memoryId = connection.memoryId();
  native.reclaimImages(memoryId, PAGES_AT_ONCE);
  const images = native.listSnapshots(memoryId).length + native.listExports(memoryId).length;
  if (images > MOST_IMAGES - IMAGES_NEEDED) {
    throw new RangeError(
      `it does not fit a message, and there is no room for the snapshot that guards it: delete one of ${images}`,
    );
  }
  return native.createSnapshot(memoryId, snapshotName(version));
}

/**
 * Makes sure that there is a way back from a migration that is under way.
 *
 * @throws {MigrationError} MIGRATION_UNGUARDED when the image was copied here in the middle of it
 */
export function assertGuarded({ native, connection }: MigrationTarget, running: RunningMigration): void {
  const snapshots = native.listSnapshots(connection.memoryId());
  const name = snapshotName(running.version);
  if (!snapshots.some((snapshot) => snapshot.id === running.snapshot && snapshot.name === name)) {
    throw new MigrationError(
      'MIGRATION_UNGUARDED',
      `${titleOf(running)} is half-done here, without the snapshot that it began from: import an image of a whole version`,
    );
  }
}

function snapshotName(version: number): string {
  return `before migration ${version}`;
}

/** Makes the archive what it was before a migration in parts began. Closes its connection. */
export function restoreBefore(target: MigrationTarget, running: RunningMigration): void {
  assertGuarded(target, running);
  const { native, connection } = target;
  const memoryId = connection.memoryId();
  target.close();
  native.reclaimImages(memoryId, PAGES_AT_ONCE);
  const replaced = native.restoreSnapshot(memoryId, running.snapshot, `failed migration ${running.version}`);
  native.deleteSnapshot(memoryId, replaced);
  native.deleteSnapshot(memoryId, running.snapshot);
  native.reclaimImages(memoryId, PAGES_AT_ONCE);
}

/** Gives the snapshot of a migration up. */
export function dropSnapshot({ native, connection }: MigrationTarget, snapshot: number): void {
  const memoryId = connection.memoryId();
  native.deleteSnapshot(memoryId, snapshot);
  native.reclaimImages(memoryId, PAGES_AT_ONCE);
}

/**
 * Gives up the migration that is under way: the archive is what it was before it began. Closes the connection.
 *
 * @returns the migration that was given up
 * @throws {MigrationError} MIGRATION_NONE, MIGRATION_UNGUARDED
 */
export function cancelMigration(target: MigrationTarget): RunningMigration {
  const { running } = readHistory(target.connection);
  if (running === undefined) {
    throw new MigrationError(
      'MIGRATION_NONE',
      'no migration is under way in the archive; there is nothing to cancel',
    );
  }
  restoreBefore(target, running);
  return running;
}
