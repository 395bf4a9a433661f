import { CatalogError } from '../error';

/** Longest reason in characters: each may take six bytes in a record. */
export const LONGEST_REASON = 200;

/**
 * A reason that errors will show.
 *
 * @throws {CatalogError} INVALID_SETTING
 */
export function assertReason(reason: string): void {
  if (reason.length > LONGEST_REASON) {
    throw new CatalogError(
      'INVALID_SETTING',
      `a reason has up to ${LONGEST_REASON} characters, not ${reason.length}`,
    );
  }
}
