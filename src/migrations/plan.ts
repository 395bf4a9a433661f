import type { NativeModule } from '../native/interface';
import { MigrationError } from './error';
import { type AppliedMigration, type History, versionOf } from './history';
import { inOrder, isCode, type Migration, titleOf } from './migration';

/** A migration with what it is known by. */
export interface KnownMigration<Kind extends Migration = Migration> {
  readonly migration: Kind;
  /** SHA-256 of its SQL, or of the name of one in TypeScript. */
  readonly checksum: string;
}

/** What is ahead of an archive, in order. */
export interface MigrationPlan<Kind extends Migration = Migration> {
  /** Begun in an earlier message. */
  readonly running: KnownMigration<Kind> | undefined;
  readonly pending: readonly KnownMigration<Kind>[];
}

/**
 * Orders migrations and hashes them, which is worth doing once for many archives.
 *
 * @throws {MigrationError} MIGRATIONS_INVALID
 */
export function knownMigrations<Kind extends Migration>(
  native: NativeModule,
  migrations: readonly Kind[],
): KnownMigration<Kind>[] {
  return inOrder(migrations).map((migration) => ({
    migration,
    checksum: native.sha256Text(isCode(migration) ? migration.name : migration.sql),
  }));
}

/**
 * Compares migrations with an archive's history.
 *
 * @param known in order, of {@link knownMigrations}
 * @param to the last version to apply; the newest when absent
 * @throws {MigrationError} MIGRATION_CHANGED, MIGRATION_MISSING, MIGRATION_OUT_OF_ORDER, MIGRATIONS_INVALID
 */
export function planMigrations<Kind extends Migration>(
  history: History,
  known: readonly KnownMigration<Kind>[],
  to?: number,
): MigrationPlan<Kind> {
  const byVersion = new Map(known.map((one) => [one.migration.version, one]));
  if (to !== undefined && !byVersion.has(to)) {
    throw new MigrationError('MIGRATIONS_INVALID', `there is no migration ${to} to go to`);
  }
  for (const applied of history.applied) {
    assertUnchanged(applied, byVersion.get(applied.version));
  }
  const { running } = history;
  const at = running?.version ?? versionOf(history);
  const done = new Set(history.applied.map(({ version }) => version));
  const ahead = known.filter(({ migration }) => !done.has(migration.version));
  const late = ahead.find(({ migration }) => migration.version < at);
  if (late !== undefined) {
    throw new MigrationError(
      'MIGRATION_OUT_OF_ORDER',
      `${titleOf(late.migration)} was not applied and the archive is at version ${at} already: number it behind that`,
    );
  }
  const last = to ?? Number.POSITIVE_INFINITY;
  const pending = ahead.filter(
    ({ migration: { version } }) => version <= last && version !== running?.version,
  );
  return { running: running && unchangedRunning(running, byVersion.get(running.version)), pending };
}

function assertUnchanged(applied: AppliedMigration, known: KnownMigration | undefined): void {
  if (known === undefined) {
    throw new MigrationError(
      'MIGRATION_MISSING',
      `the archive has ${titleOf(applied)} behind it, which is not among these: bring all that were ever applied`,
    );
  }
  if (known.checksum !== applied.checksum) {
    throw changed(
      applied,
      `was applied with other content`,
      'restore it, and put the change into a new migration',
    );
  }
}

function unchangedRunning<Kind extends Migration>(
  running: { readonly version: number; readonly name: string; readonly checksum: string },
  known: KnownMigration<Kind> | undefined,
): KnownMigration<Kind> {
  if (known?.checksum !== running.checksum) {
    throw changed(running, 'is under way with other content', 'go on with that, or cancel it first');
  }
  return known;
}

function changed(migration: { version: number; name: string }, what: string, advice: string): MigrationError {
  return new MigrationError('MIGRATION_CHANGED', `${titleOf(migration)} ${what}: ${advice}`);
}
