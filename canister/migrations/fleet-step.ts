import type { Archive } from '../../catalog/archives/archive';
import type { FleetOperation } from '../../catalog/fleet/operation';
import { EXHAUSTED, MOST_ATTEMPTS, type StepOutcome } from '../../catalog/operations/work';
import { running as service } from '../service/service';
import { migrateArchive, undoMigration } from './archive';
import { setIn, targetVersionIn, uploadedMigrations } from './sets';

/**
 * Applies as much of an uploaded set as fits a message. Where part of a migration traps again and again, the last attempt
 * puts the archive back instead.
 */
export function migrateInFleet(
  archive: Archive,
  { argument, attempts }: Pick<FleetOperation, 'argument' | 'attempts'>,
): StepOutcome {
  if (attempts === MOST_ATTEMPTS && archive.life.state === 'migrating') {
    undoMigration(archive);
    return EXHAUSTED;
  }
  const report = migrateArchive(archive, uploadedMigrations(setIn(argument)), targetVersionIn(argument));
  if (report.done) {
    return { kind: 'done', message: `at version ${report.version}` };
  }
  return { kind: 'more', progress: `at version ${report.version}` };
}

/** Puts the archive back in which a cancelled operation had begun a migration. */
export function leaveWhole({ kind, targets, cursor }: FleetOperation): void {
  const target = targets[cursor];
  const archive = target && service().catalog.ofGeneration(target.generation);
  if (kind === 'migrate' && archive?.life.state === 'migrating') {
    undoMigration(archive);
  }
}
