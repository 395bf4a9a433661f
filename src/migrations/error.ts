/** Stable codes of what migrations refuse or fail with; docs/ERRORS.md says for each what happened and what to do. */
export const MIGRATION_ERROR_CODES = [
  'MIGRATIONS_INVALID',
  'MIGRATION_ADOPTED',
  'MIGRATION_CHANGED',
  'MIGRATION_FAILED',
  'MIGRATION_MISSING',
  'MIGRATION_NONE',
  'MIGRATION_OUT_OF_ORDER',
  'MIGRATION_SCHEMA',
  'MIGRATION_UNGUARDED',
] as const;

export type MigrationErrorCode = (typeof MIGRATION_ERROR_CODES)[number];

/** What SQLite says about a statement of a migration. */
export interface StatementFailure {
  readonly extendedCode?: number | undefined;
  /** Byte offset in the migration's SQL. */
  readonly offset?: number | undefined;
  readonly cause?: unknown;
}

/** Migrations were refused, or one failed; the archive is at a whole version. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
  readonly code: MigrationErrorCode;
  readonly extendedCode: number | undefined;
  readonly offset: number | undefined;

  constructor(
    code: MigrationErrorCode,
    message: string,
    { extendedCode, offset, cause }: StatementFailure = {},
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.extendedCode = extendedCode;
    this.offset = offset;
  }
}
