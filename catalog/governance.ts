import { METHODS, type Method, type MethodName, OVERSEERS } from '../src/candid';
import { authoriseArchive, authoriseMethod } from './access/authorise';
import type { Caller } from './access/caller';
import { holdsAny } from './access/roles';
import type { Archive } from './archives/archive';
import { referenceTo } from './archives/reference';
import type { AuditLog } from './audit/audit-log';
import { TenantShares } from './audit/tenant-shares';
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

/** What a call is about. */
interface Subject {
  /** As the log tells it. */
  readonly archive: string;
  /** The archive that a tenant's share of the log goes by; all references that mean none have one share. */
  readonly generation: number | undefined;
}

/**
 * Runs methods under the table's rules and leaves their trace. Refusals of callers without any right are not logged, and
 * tenants have a share of the log each: they could otherwise push out the entries that matter.
 */
export class Governance {
  readonly catalog: Catalog;
  readonly audit: AuditLog;
  readonly #shares = new TenantShares();

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
    // Before the action, after which the archive may have another id, or none.
    const meant = this.catalog.find(reference);
    const archive = meant === undefined ? reference : referenceTo(meant);
    return this.#traced(call, { archive, generation: meant?.generation }, () =>
      action(authoriseArchive(this.catalog, call.caller, call.method, reference)),
    );
  }

  /**
   * Runs a method that is about no single archive.
   *
   * @throws {CatalogError} NOT_AUTHORISED, and what `action` throws
   */
  onCanister<T>(call: GovernedCall, action: () => T): T {
    return this.#traced(call, undefined, () => {
      authoriseMethod(this.catalog, call.caller, call.method);
      return action();
    });
  }

  #traced<T>(call: GovernedCall, subject: Subject | undefined, action: () => T): T {
    let result: T;
    try {
      result = action();
    } catch (error) {
      const code = codeOf(error);
      if (code !== undefined && code !== 'NOT_AUTHORISED') {
        this.#log(call, subject, code);
      }
      throw error;
    }
    this.#log(call, subject, 'ok');
    return result;
  }

  #log(call: GovernedCall, subject: Subject | undefined, outcome: string): void {
    const { caller, method, now, detail } = call;
    const { audited }: Method = METHODS[method];
    if (!audited) {
      return;
    }
    try {
      const counted = this.#countedBefore(call, subject, outcome);
      if (counted !== undefined) {
        const told = counted === 0 ? detail : `after ${counted} like it that were only counted: ${detail}`;
        const archive = subject?.archive;
        this.audit.append({ at: now, caller: caller.principal, method, archive, outcome, detail: told });
      }
    } catch (cause) {
      // Without a code it is no refusal but a trap, which undoes what could not be logged.
      throw new Error(`the audit log cannot be written, so ${method} is undone`, { cause });
    }
  }

  /** Undefined for a tenant's call that is only counted itself. What is refused has one share, whatever the method. */
  #countedBefore(
    { caller, method, now }: GovernedCall,
    subject: Subject | undefined,
    outcome: string,
  ): number | undefined {
    if (subject === undefined || holdsAny(OVERSEERS, caller, this.catalog, undefined)) {
      return 0;
    }
    const kind = outcome === 'ok' ? method : 'refused';
    return this.#shares.take(`${kind} ${subject.generation}`, now);
  }
}
