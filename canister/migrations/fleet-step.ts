import type { Archive } from '../../catalog/archives/archive';
import { assertRequirement } from '../../catalog/archives/state-gate';
import { CatalogError } from '../../catalog/error';
import type { FleetOperation } from '../../catalog/fleet/operation';
import { EXHAUSTED, type FinalStep, MOST_ATTEMPTS, type StepOutcome } from '../../catalog/operations/work';
import { type RunningMigration, readHistory } from '../../src/migrations';
import { running as service } from '../service/service';
import { migrateArchive, undoMigration } from './archive';
import { setIn, targetVersionIn, uploadedMigrations } from './sets';

/**
 * Applies as much of an uploaded set as fits a message. Where part of a migration traps again and again, the last attempt
 * puts the archive back instead, and so does one that finds it blocked since. A migration that somebody else has under way
 * is left alone.
 */
export function migrateInFleet(
  archive: Archive,
  { progress, argument, attempts }: Pick<FleetOperation, 'progress' | 'argument' | 'attempts'>,
): StepOutcome {
  const isOurs = hasBegun(archive, progress);
  if (archive.life.state === 'migrating' && !isOurs) {
    const message = `somebody else has migration ${archive.life.version} of it under way`;
    return { kind: 'skipped', code: 'ARCHIVE_MIGRATING', message };
  }
  const end = refusal(archive) ?? (isOurs && attempts === MOST_ATTEMPTS ? EXHAUSTED : undefined);
  if (end !== undefined) {
    if (isOurs) undoMigration(archive);
    return end;
  }
  const { running, version, done } = migrateArchive(
    archive,
    uploadedMigrations(setIn(argument)),
    targetVersionIn(argument),
  );
  if (done) {
    return { kind: 'done', message: `at version ${version}` };
  }
  return { kind: 'more', progress: running === undefined ? `at version ${version}` : progressIn(running) };
}

/** Puts the archive back in which a cancelled operation had begun a migration. */
export function leaveWhole({ kind, targets, cursor, progress }: FleetOperation): void {
  const target = targets[cursor];
  const archive = target && service().catalog.ofGeneration(target.generation);
  if (kind === 'migrate' && archive !== undefined && hasBegun(archive, progress)) {
    undoMigration(archive);
  }
}

/** Whether the migration that is under way in the archive is the one that an operation has come this far in. */
function hasBegun({ life, slot }: Archive, progress: string): boolean {
  if (life.state !== 'migrating') {
    return false;
  }
  const { running } = readHistory(service().handles.open(slot));
  return running !== undefined && progressIn(running) === progress;
}

/** Tells a migration under way from every other one: no two have the same snapshot to go back to. */
function progressIn({ version, snapshot }: RunningMigration): string {
  return `migration ${version} behind snapshot ${snapshot}`;
}

function refusal(archive: Archive): FinalStep | undefined {
  try {
    assertRequirement(archive, 'migratable');
    return undefined;
  } catch (error) {
    if (error instanceof CatalogError) {
      return { kind: 'skipped', code: error.code, message: error.message };
    }
    throw error;
  }
}
