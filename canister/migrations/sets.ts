import { time } from 'azle';
import { CatalogError } from '../../catalog/error';
import { waysToEnd } from '../../catalog/fleet/operation';
import type { CandidMigration, CandidMigrationSet } from '../../src/candid';
import { nativeModule } from '../../src/database';
import { inOrder, type KnownMigration, knownMigrations, MigrationError } from '../../src/migrations';
import { messageCaller } from '../service/caller';
import { authoriseCanister, onCanister } from '../service/governed';
import type { Implementations } from '../service/methods';
import { running } from '../service/service';
import { fromCandid, setToCandid, toSqlMigration } from './convert';

export const migrationSetMethods = {
  upload_migrations: uploadMigrations,
  list_migration_sets: listMigrationSets,
  delete_migration_set: deleteMigrationSet,
} satisfies Implementations;

/** Sets that were read since the last change, because reading one costs some hundred instructions a character. */
const known = new Map<string, readonly KnownMigration[]>();

/** Stores a set of migrations for fleet operations. */
function uploadMigrations(name: string, migrations: readonly CandidMigration[]): CandidMigrationSet {
  return onCanister('upload_migrations', `${name}: ${migrations.length} migrations`, () => {
    assertUnused(name);
    const ordered = inOrder(migrations.map(fromCandid));
    known.delete(name);
    return setToCandid(running().migrations.put(name, ordered, messageCaller().principal, time()));
  });
}

function listMigrationSets(): CandidMigrationSet[] {
  authoriseCanister('list_migration_sets');
  return running().migrations.list().map(setToCandid);
}

function deleteMigrationSet(name: string): null {
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
  if (unfinished?.kind === 'migrate' && setIn(unfinished.argument) === name) {
    throw new CatalogError(
      'FLEET_BUSY',
      `fleet operation ${unfinished.number} applies the set '${name}' and is ${unfinished.phase}: ${waysToEnd(unfinished)}`,
    );
  }
}

/** A set and how far to go, as the argument of a fleet operation: `set`, or `set@version`. */
const VERSION_MARK = '@';

/** @throws {CatalogError} MIGRATION_SET_NOT_FOUND. @throws {MigrationError} MIGRATIONS_INVALID */
export function migrateArgument(set: string, to: number | undefined): string {
  const migrations = uploadedMigrations(set);
  if (to !== undefined && migrations.every(({ migration }) => migration.version !== to)) {
    throw new MigrationError('MIGRATIONS_INVALID', `the set '${set}' has no migration ${to} to go to`);
  }
  return to === undefined ? set : `${set}${VERSION_MARK}${to}`;
}

export function setIn(argument: string): string {
  return argument.split(VERSION_MARK, 1)[0] ?? '';
}

export function targetVersionIn(argument: string): number | undefined {
  const [, version] = argument.split(VERSION_MARK);
  return version === undefined ? undefined : Number(version);
}
