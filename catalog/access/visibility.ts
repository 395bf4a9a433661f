import { GOVERNORS, type MethodName, OVERSEERS, type Role } from '../../src/candid';
import type { Archive } from '../archives/archive';
import type { Catalog } from '../catalog';
import { authoriseMethod } from './authorise';
import type { Caller } from './caller';
import { holdsAny } from './roles';

/** Who sees an archive in a list; readers of a public one find it by its id. */
const PARTAKERS: readonly Role[] = ['owner', 'writer', 'reader'];

/**
 * Which archives a method that lists them may show to the caller.
 *
 * @throws {CatalogError} NOT_AUTHORISED for a caller who did not sign the message
 */
export function visibilityFor(
  catalog: Catalog,
  caller: Caller,
  method: MethodName,
): (archive: Archive) => boolean {
  authoriseMethod(catalog, caller, method);
  return holdsAny(OVERSEERS, caller, catalog, undefined)
    ? () => true
    : (archive) => holdsAny(PARTAKERS, caller, catalog, archive);
}

/** Whether a description may show to the caller who else may use the archive. */
export function seesAccess(catalog: Catalog, caller: Caller, archive: Archive): boolean {
  return holdsAny(GOVERNORS, caller, catalog, archive);
}
