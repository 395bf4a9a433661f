import { Principal } from '@dfinity/principal';
import type { AuditEntry } from '../../catalog/audit/audit-entry';
import { type CandidAuditEntry, type CandidAuditPage, optional, optionalNat } from '../../src/candid';
import { authoriseCanister } from '../service/governed';
import type { Implementations } from '../service/methods';
import { running } from '../service/service';

export const auditMethods = {
  read_audit_log: readAuditLog,
} satisfies Implementations;

const MOST_ENTRIES = 1_000;

/** A page of the audit log, the newest entry first. Operators and controllers only. */
function readAuditLog([before]: [] | [bigint], limit: number): CandidAuditPage {
  authoriseCanister('read_audit_log');
  const { audit } = running().governance;
  const page = audit.page(before === undefined ? undefined : Number(before), Math.min(limit, MOST_ENTRIES));
  return {
    entries: page.entries.map(toCandid),
    next: optionalNat(page.next),
  };
}

function toCandid({ sequence, at, caller, method, archive, outcome, detail }: AuditEntry): CandidAuditEntry {
  return {
    sequence: BigInt(sequence),
    at,
    caller: Principal.fromText(caller),
    method,
    archive: optional(archive),
    outcome,
    detail,
  };
}
