/** Stable codes of everything the catalog refuses. */
export type CatalogErrorCode =
  | 'INVALID_ARCHIVE_ID'
  | 'INVALID_PRINCIPAL'
  | 'ARCHIVE_EXISTS'
  | 'ARCHIVE_NOT_FOUND'
  | 'CATALOG_FULL'
  | 'CATALOG_DAMAGED'
  | 'CATALOG_VERSION_UNSUPPORTED'
  | 'NOT_AUTHORISED';

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
