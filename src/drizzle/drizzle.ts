import { BetterSQLiteSession } from 'drizzle-orm/better-sqlite3/session';
import { DefaultLogger } from 'drizzle-orm/logger';
import {
  createTableRelationsHelpers,
  type ExtractTablesWithRelations,
  extractTablesRelationalConfig,
} from 'drizzle-orm/relations';
import { BaseSQLiteDatabase } from 'drizzle-orm/sqlite-core/db';
import { SQLiteSyncDialect } from 'drizzle-orm/sqlite-core/dialect';
import type { DrizzleConfig } from 'drizzle-orm/utils';
import type { Database, RunResult } from '../database';
import { type MigrationBundle, readBundle } from './migration-bundle';

type TableSchema = Record<string, unknown>;

/** Drizzle over an archive: Drizzle's API for synchronous SQLite. */
export class DrizzleDatabase<Schema extends TableSchema> extends BaseSQLiteDatabase<
  'sync',
  RunResult,
  Schema
> {
  readonly #migrate: (bundle: MigrationBundle) => void;

  /** The archive below. */
  readonly $client: Database;

  /** Use {@link drizzle}. */
  constructor(client: Database, config: DrizzleConfig<Schema>) {
    const dialect = new SQLiteSyncDialect(config.casing === undefined ? {} : { casing: config.casing });
    const relations = relationsOf(config.schema);
    const logger = config.logger === true ? new DefaultLogger() : config.logger || undefined;
    // The session's type names the driver's own classes; what it calls of them is what the facade has.
    const session = new BetterSQLiteSession<Schema, ExtractTablesWithRelations<Schema>>(
      client as never,
      dialect,
      relations,
      logger && { logger },
    );
    super('sync', dialect, session as never, relations);
    this.$client = client;
    this.#migrate = (bundle) => dialect.migrate(readBundle(bundle), session as never);
  }

  /**
   * Applies the migrations that the archive has not had yet, all of them in one transaction, as Drizzle's own migrators do: its
   * table `__drizzle_migrations` says which it has had.
   * @throws RangeError for a journal entry without its SQL
   */
  migrate(bundle: MigrationBundle): void {
    this.#migrate(bundle);
  }
}

/**
 * Drizzle's driver for better-sqlite3, over an archive. Drizzle's own entry for it loads better-sqlite3 itself, which is made for
 * Node; everything behind that entry is used as it is.
 *
 * @example
 * const db = drizzle(new Database(nativeModule(), { memoryId: 120 }), { schema });
 * db.insert(schema.note).values({ text: 'milk' }).run();
 */
export function drizzle<Schema extends TableSchema = Record<string, never>>(
  client: Database,
  config: DrizzleConfig<Schema> = {},
): DrizzleDatabase<Schema> {
  return new DrizzleDatabase(client, config);
}

function relationsOf<Schema extends TableSchema>(schema: Schema | undefined) {
  if (schema === undefined) return undefined;
  const { tables, tableNamesMap } = extractTablesRelationalConfig<ExtractTablesWithRelations<Schema>>(
    schema,
    createTableRelationsHelpers,
  );
  return { fullSchema: schema, schema: tables, tableNamesMap };
}
