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
import { applyBundle, type MigrationBundle } from './migrations';

type TableSchema = Record<string, unknown>;

/** Drizzle over an archive: Drizzle's API for synchronous SQLite. */
export class DrizzleDatabase<Schema extends TableSchema> extends BaseSQLiteDatabase<
  'sync',
  RunResult,
  Schema
> {
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
  }

  /**
   * Applies the migrations that the archive has not had yet, all of them in one transaction; Drizzle's table `__drizzle_migrations` says
   * which it has had. A migration that turns foreign keys off runs without them, and is refused when it leaves a row without its parent.
   * @throws {MigrationError} MIGRATIONS_INVALID, MIGRATION_OUT_OF_ORDER, MIGRATION_FAILED; the archive is as it was
   */
  migrate(bundle: MigrationBundle): void {
    applyBundle(this.$client, bundle);
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
