import { METHODS, type Method, type MethodName, OVERSEERS, type Requirement } from '../../src/candid';
import type { Archive } from '../archives/archive';
import { unresolved } from '../archives/reference';
import { assertRequirement } from '../archives/state-gate';
import type { Catalog } from '../catalog';
import { CatalogError } from '../error';
import type { Caller } from './caller';
import { ANONYMOUS } from './principal';
import { holdsAny } from './roles';

/**
 * The archive that the caller means, when the method's rule lets the caller have it and the archive is in a state for
 * it. Somebody without a role gets the same answer whether the archive exists or not, so that ids of other tenants
 * cannot be found out by asking.
 *
 * @param reference `id` or `id@generation`
 * @throws {CatalogError} NOT_AUTHORISED, ARCHIVE_NOT_FOUND, REFERENCE_STALE, INVALID_REFERENCE, ARCHIVE_*, *_BLOCKED
 */
export function authoriseArchive(
  catalog: Catalog,
  caller: Caller,
  method: MethodName,
  reference: string,
): Archive {
  const rule: Method = METHODS[method];
  const archive = catalog.find(reference);
  if (!holdsAny(rule.roles, caller, catalog, archive ?? successor(catalog, reference))) {
    throw refusal(
      caller,
      `${method} the archive '${reference}'; a reference that you kept may have grown stale`,
    );
  }
  if (archive === undefined) {
    throw unresolved(catalog, reference);
  }
  assertRequirement(archive, requirementFor(rule, caller, catalog));
  return archive;
}

function requirementFor(rule: Method, caller: Caller, catalog: Catalog): Requirement {
  const { archive = 'any', archiveForOverseers } = rule;
  return archiveForOverseers !== undefined && holdsAny(OVERSEERS, caller, catalog, undefined)
    ? archiveForOverseers
    : archive;
}

/**
 * Lets a caller through to a method that is about no single archive.
 *
 * @throws {CatalogError} NOT_AUTHORISED
 */
export function authoriseMethod(catalog: Catalog, caller: Caller, method: MethodName): void {
  if (!holdsAny(METHODS[method].roles, caller, catalog, undefined)) {
    throw refusal(caller, method);
  }
}

/** The archive that has a stale reference's id now: whoever may use that one is told that the reference is stale. */
function successor(catalog: Catalog, reference: string): Archive | undefined {
  const at = reference.indexOf('@');
  return at < 0 ? undefined : catalog.find(reference.slice(0, at));
}

function refusal(caller: Caller, what: string): CatalogError {
  return caller.principal === ANONYMOUS
    ? new CatalogError(
        'NOT_AUTHORISED',
        'anonymous callers may only read where public reading is allowed: sign the message with an identity',
      )
    : new CatalogError('NOT_AUTHORISED', `${caller.principal} may not call ${what}`);
}
