import { time } from 'azle';
import { authoriseArchive, authoriseMethod } from '../../catalog/access/authorise';
import type { Archive } from '../../catalog/archives/archive';
import type { METHODS, MethodName } from '../../src/candid';
import { messageCaller } from './caller';
import { running } from './service';

/** Methods that leave no trace in the audit log, because they only read or are called for every row. */
type Unaudited = {
  [Name in MethodName]: (typeof METHODS)[Name] extends { readonly audited: true } ? never : Name;
}[MethodName];

/**
 * The archive that the message's caller means, when the method's rule admits both. For unaudited methods, so that
 * whatever is to be logged has to go through {@link onArchive}.
 *
 * @param reference `id` or `id@generation`
 * @throws {CatalogError} whatever refuses the caller
 */
export function authorisedArchive(method: Unaudited, reference: string): Archive {
  return authoriseArchive(running().catalog, messageCaller(), method, reference);
}

/**
 * Lets the message's caller through to an unaudited method that is about no single archive.
 *
 * @throws {CatalogError} NOT_AUTHORISED
 */
export function authoriseCanister(method: Unaudited): void {
  authoriseMethod(running().catalog, messageCaller(), method);
}

/**
 * Runs a method on an archive under the table's rules, with a trace in the audit log.
 *
 * @param detail what was asked for, in a few words
 * @throws {CatalogError} whatever refuses the caller, and what `action` throws
 */
export function onArchive<T>(
  method: MethodName,
  reference: string,
  detail: string,
  action: (archive: Archive) => T,
): T {
  return running().governance.onArchive(
    { caller: messageCaller(), method, now: time(), detail },
    reference,
    action,
  );
}

/** The same for a method that is about no single archive. */
export function onCanister<T>(method: MethodName, detail: string, action: () => T): T {
  return running().governance.onCanister({ caller: messageCaller(), method, now: time(), detail }, action);
}
