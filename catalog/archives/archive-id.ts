import { CatalogError } from '../error';

/** Longest archive id, in characters (all ASCII, so in bytes as well). */
export const MAX_ARCHIVE_ID_LENGTH = 64;

const ARCHIVE_ID = /^[A-Za-z0-9][A-Za-z0-9._:/-]*$/;

/**
 * Checks the name that a client gives an archive: 1 to 64 ASCII letters, digits, `.`, `_`, `:`, `/` or `-`,
 * starting with a letter or digit. Ids appear in URLs, file names and logs, so nothing in them needs escaping there.
 *
 * @throws {CatalogError} INVALID_ARCHIVE_ID
 */
export function assertArchiveId(id: string): void {
  if (id.length > MAX_ARCHIVE_ID_LENGTH || !ARCHIVE_ID.test(id)) {
    throw new CatalogError(
      'INVALID_ARCHIVE_ID',
      `an archive id is 1 to ${MAX_ARCHIVE_ID_LENGTH} ASCII letters, digits, '.', '_', ':', '/' or '-', starting with a letter or digit`,
    );
  }
}
