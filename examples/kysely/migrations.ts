import { type Kysely, type Migration, Migrator, sql } from 'kysely';
import type { Schema } from './schema';

/** By name, in the order of their names. What was released once is never changed: add the next one. */
const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001_accounts': {
    async up(db) {
      await db.schema
        .createTable('account')
        .addColumn('id', 'integer', (column) => column.primaryKey())
        .addColumn('owner', 'text', (column) => column.notNull().unique())
        .addColumn('balance', 'integer', (column) => column.notNull().check(sql`balance >= 0`))
        .execute();
    },
  },
  '0002_transfers': {
    async up(db) {
      await db.schema
        .createTable('transfer')
        .addColumn('id', 'integer', (column) => column.primaryKey())
        .addColumn('from_account', 'integer', (column) => column.notNull().references('account.id'))
        .addColumn('to_account', 'integer', (column) => column.notNull().references('account.id'))
        .addColumn('amount', 'integer', (column) => column.notNull().check(sql`amount > 0`))
        .addColumn('at', 'integer', (column) => column.notNull().defaultTo(sql`(unixepoch())`))
        .execute();
      await db.schema
        .createIndex('transfer_by_sender')
        .on('transfer')
        .columns(['from_account', 'id'])
        .execute();
    },
  },
};

/** Applies what is missing, with Kysely's own migrator. An error traps, and so undoes the installation or upgrade. */
export async function migrate(db: Kysely<Schema>): Promise<void> {
  const provider = { getMigrations: async () => MIGRATIONS };
  const { error } = await new Migrator({ db, provider }).migrateToLatest();
  if (error) throw error;
}
