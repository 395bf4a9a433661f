import { CatalogError } from '../error';

/** A migration as it was uploaded, for many archives. */
export interface StoredMigration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
  /** Foreign keys are checked when it ends, instead of enforced while it runs. */
  readonly checkForeignKeys: boolean;
}

/** What is known of a set without its texts. */
export interface MigrationSetHead {
  readonly name: string;
  readonly migrations: number;
  /** The last version in it; 0 for an empty set. */
  readonly newest: number;
  readonly uploadedBy: string;
  /** Nanoseconds since 1970. */
  readonly uploadedAt: bigint;
}

const SET_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** @throws {CatalogError} INVALID_MIGRATION_SET */
export function assertSetName(name: string): void {
  if (!SET_NAME.test(name)) {
    throw new CatalogError(
      'INVALID_MIGRATION_SET',
      "a set's name is 1 to 64 ASCII letters, digits, '.', '_' or '-', starting with a letter or digit",
    );
  }
}
