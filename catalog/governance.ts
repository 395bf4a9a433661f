import { authoriseArchive, authoriseMethod } from './access/authorise';
import type { Caller } from './access/caller';
import { METHODS, type MethodName } from './access/method-table';
import type { Archive } from './archives/archive';
import { referenceTo } from './archives/reference';
import type { AuditLog } from './audit/audit-log';
import type { Catalog } from './catalog';
import { codeOf } from './error';

/** A call as the audit log tells it. */
export interface GovernedCall {
  readonly caller: Caller;
  readonly method: MethodName;
  /** Nanoseconds since 1970. */
  readonly now: bigint;
  /** What was asked for, in a few words. */
  readonly detail: string;
}

/**
 * Runs methods under the table's rules and leaves their trace. Refusals of callers without any right are not logged:
 * whoever may not call could otherwise push out the entries that matter.
 */
export class Governance {
  readonly catalog: Catalog;
  readonly audit: AuditLog;

  constructor(catalog: Catalog, audit: AuditLog) {
    this.catalog = catalog;
    this.audit = audit;
  }

  /**
   * Runs a method on the archive that the caller means.
   *
   * @param reference `id` or `id@generation`
   * @throws {CatalogError} whatever refuses the caller, and what `action` throws
   */
  onArchive<T>(call: GovernedCall, reference: string, action: (archive: Archive) => T): T {
    let subject = reference;
    return this.#traced(
      call,
      () => subject,
      () => {
        const archive = authoriseArchive(this.catalog, call.caller, call.method, reference);
        subject = referenceTo(archive);
        return action(archive);
      },
    );
  }

  /**
   * Runs a method that is about no single archive.
   *
   * @throws {CatalogError} NOT_AUTHORISED, and what `action` throws
   */
  onCanister<T>(call: GovernedCall, action: () => T): T {
    return this.#traced(
      call,
      () => undefined,
      () => {
        authoriseMethod(this.catalog, call.caller, call.method);
        return action();
      },
    );
  }

  #traced<T>(call: GovernedCall, subject: () => string | undefined, action: () => T): T {
    let result: T;
    try {
      result = action();
    } catch (error) {
      const code = codeOf(error);
      if (code !== undefined && code !== 'NOT_AUTHORISED') {
        this.#log(call, subject(), code);
      }
      throw error;
    }
    this.#log(call, subject(), 'ok');
    return result;
  }

  #log({ caller, method, now, detail }: GovernedCall, archive: string | undefined, outcome: string): void {
    if (!METHODS[method].audited) {
      return;
    }
    try {
      this.audit.append({ at: now, caller: caller.principal, method, archive, outcome, detail });
    } catch (cause) {
      // Without a code it is no refusal but a trap, which undoes what could not be logged.
      throw new Error(`the audit log cannot be written, so ${method} is undone`, { cause });
    }
  }
}
