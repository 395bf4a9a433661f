/**
 * Stable codes of everything the catalog refuses. docs/ERRORS.md says for each what happened and what to do; a code is
 * never renamed and never changes its meaning.
 */
export const CATALOG_ERROR_CODES = [
  'ARCHIVE_DAMAGED',
  'ARCHIVE_DELETED',
  'ARCHIVE_EXISTS',
  'ARCHIVE_IMPORTING',
  'ARCHIVE_MIGRATING',
  'ARCHIVE_NOT_DELETED',
  'ARCHIVE_NOT_FOUND',
  'ARCHIVE_PROTECTED',
  'ARCHIVE_PURGING',
  'ARCHIVE_STATE',
  'AUDIT_LOG_DAMAGED',
  'AUDIT_LOG_VERSION_UNSUPPORTED',
  'BLOCKED_BY_CONTROLLER',
  'BUCKET_BUDGET_EXCEEDED',
  'CATALOG_DAMAGED',
  'CATALOG_FULL',
  'CATALOG_VERSION_UNSUPPORTED',
  'FLEET_BUSY',
  'FLEET_NOT_FOUND',
  'FLEET_NO_TARGETS',
  'FLEET_STATE',
  'INVALID_ARCHIVE_ID',
  'INVALID_CURSOR',
  'INVALID_LABEL',
  'INVALID_MIGRATION_SET',
  'INVALID_PRINCIPAL',
  'INVALID_REFERENCE',
  'INVALID_SETTING',
  'INVALID_SLOT_PLAN',
  'JOB_STATE',
  'MIGRATIONS_DAMAGED',
  'MIGRATIONS_VERSION_UNSUPPORTED',
  'MIGRATION_SETS_FULL',
  'MIGRATION_SET_NOT_FOUND',
  'NOT_AUTHORISED',
  'OPERATIONS_DAMAGED',
  'OPERATIONS_VERSION_UNSUPPORTED',
  'READS_BLOCKED',
  'RECOVERY_EXPIRED',
  'REFERENCE_STALE',
  'SIZE_LIMIT_EXCEEDED',
  'SLOT_NOT_DAMAGED',
  'SLOT_NOT_RESERVED',
  'SLOT_OCCUPIED',
  'SLOT_OUT_OF_RANGE',
  'SLOT_TAKEN',
  'TOO_MANY_PRINCIPALS',
  'WRITES_BLOCKED',
] as const;

export type CatalogErrorCode = (typeof CATALOG_ERROR_CODES)[number];

/** The stable code of an expected failure, whoever refused; undefined for a defect. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** A refusal by the catalog; nothing has changed when one is thrown. */
export class CatalogError extends Error {
  override readonly name = 'CatalogError';

  constructor(
    readonly code: CatalogErrorCode,
    message: string,
  ) {
    super(message);
  }
}
