import type { Archive } from './archive';
import type { Catalog } from './catalog';
import { CatalogError } from './error';

/** Who sent the message. */
export interface Caller {
  /** Textual principal. */
  readonly principal: string;
  /** Asked only where ownership does not decide: the answer is a system call. */
  isController(): boolean;
}

/** The principal of a message that nobody signed. */
export const ANONYMOUS = '2vxsx-fae';

/** @throws {CatalogError} NOT_AUTHORISED unless the caller is a controller of the canister. */
export function assertController(caller: Caller): void {
  if (!caller.isController()) {
    throw new CatalogError('NOT_AUTHORISED', `${caller.principal} is not a controller of this canister`);
  }
}

/** @throws {CatalogError} NOT_AUTHORISED for a caller that did not sign its message. */
export function assertAuthenticated(caller: Caller): void {
  if (caller.principal === ANONYMOUS) {
    throw new CatalogError(
      'NOT_AUTHORISED',
      'anonymous callers have no access: sign the message with an identity',
    );
  }
}

/**
 * The archive that the caller asks for, when the caller is its owner or a controller. Anybody else gets the same
 * answer whether the archive exists or not, so that ids of other tenants cannot be found out by asking.
 *
 * @throws {CatalogError} NOT_AUTHORISED; ARCHIVE_NOT_FOUND (to a controller)
 */
export function authorise(catalog: Catalog, caller: Caller, id: string): Archive {
  assertAuthenticated(caller);
  const archive = catalog.find(id);
  if (archive?.owner === caller.principal) {
    return archive;
  }
  if (!caller.isController()) {
    throw new CatalogError('NOT_AUTHORISED', `${caller.principal} may not use an archive '${id}'`);
  }
  return catalog.get(id);
}

/** The archives that the caller may use, by slot: all of them to a controller, their own to anybody else. */
export function visibleArchives(catalog: Catalog, caller: Caller): Archive[] {
  assertAuthenticated(caller);
  const archives = catalog.list();
  return caller.isController() ? archives : archives.filter((archive) => archive.owner === caller.principal);
}
