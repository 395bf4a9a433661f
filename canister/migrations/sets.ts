import { time } from 'azle';
import { CatalogError } from '../../catalog/error';
import type { CandidMigration, CandidMigrationSet } from '../../src/candid';
import { nativeModule } from '../../src/database';
import { inOrder, type KnownMigration, knownMigrations } from '../../src/migrations';
import { messageCaller } from '../service/caller';
import { authoriseCanister, onCanister } from '../service/governed';
import { running } from '../service/service';
import { fromCandid, setToCandid, toSqlMigration } from './convert';

/** Sets that were read since the last change, because reading one costs some hundred instructions a character. */
const known = new Map<string, readonly KnownMigration[]>();

/** Stores a set of migrations for fleet operations. */
export function uploadMigrations(name: string, migrations: readonly CandidMigration[]): CandidMigrationSet {
  return onCanister('upload_migrations', `${name}: ${migrations.length} migrations`, () => {
    assertUnused(name);
    const ordered = inOrder(migrations.map(fromCandid));
    known.delete(name);
    return setToCandid(running().migrations.put(name, ordered, messageCaller().principal, time()));
  });
}

export function listMigrationSets(): CandidMigrationSet[] {
  authoriseCanister('list_migration_sets');
  return running().migrations.list().map(setToCandid);
}

export function deleteMigrationSet(name: string): null {
  return onCanister('delete_migration_set', name, () => {
    assertUnused(name);
    known.delete(name);
    running().migrations.delete(name);
    return null;
  });
}

/**
 * The migrations of an uploaded set, hashed.
 *
 * @throws {CatalogError} MIGRATION_SET_NOT_FOUND
 */
export function uploadedMigrations(name: string): readonly KnownMigration[] {
  const read =
    known.get(name) ?? knownMigrations(nativeModule(), running().migrations.get(name).map(toSqlMigration));
  known.set(name, read);
  return read;
}

/** A fleet operation applies to all its archives the set that it was started with. */
function assertUnused(name: string): void {
  const unfinished = running().fleet.unfinished();
  if (unfinished?.kind === 'migrate' && setNameIn(unfinished.argument) === name) {
    throw new CatalogError(
      'FLEET_BUSY',
      `fleet operation ${unfinished.number} applies the set '${name}': let it finish, or cancel it`,
    );
  }
}

/** The set in a fleet operation's argument, `name` or `name@version`. */
export function setNameIn(argument: string): string {
  const at = argument.indexOf('@');
  return at < 0 ? argument : argument.slice(0, at);
}
