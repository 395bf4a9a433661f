import { cutText } from '../encoding/cut-text';
import { encodeRecord, Fields, type RecordKind } from '../encoding/fields';

/** Records in MemoryId 111. */
export const AUDIT_RECORD: RecordKind = {
  what: 'the audit log',
  version: 1,
  damaged: 'AUDIT_LOG_DAMAGED',
  unsupported: 'AUDIT_LOG_VERSION_UNSUPPORTED',
};

/** Who did what to which archive when, and what came of it. */
export interface AuditEvent {
  /** Nanoseconds since 1970. */
  readonly at: bigint;
  /** Textual principal. */
  readonly caller: string;
  readonly method: string;
  /** `id@generation`, or undefined for what is about no single archive. */
  readonly archive: string | undefined;
  /** `ok`, or the code of the refusal. */
  readonly outcome: string;
  readonly detail: string;
}

export interface AuditEntry extends AuditEvent {
  /** Counts from 0; old entries are overwritten, and a gap tells of a block that was damaged or ended early. */
  readonly sequence: number;
}

/** Bytes of an entry's texts. Whoever calls chooses them, and every entry has to fit its share of a block. */
const LONGEST_REFERENCE = 81;
const LONGEST_DETAIL = 240;

export function encodeEntry(event: AuditEvent): string {
  const { at, caller, method, archive, outcome, detail } = event;
  return encodeRecord(AUDIT_RECORD, {
    at: String(at),
    caller,
    method,
    archive: archive === undefined ? undefined : cutText(archive, LONGEST_REFERENCE),
    outcome,
    detail: cutText(detail, LONGEST_DETAIL),
  });
}

/** @throws {CatalogError} AUDIT_LOG_DAMAGED, AUDIT_LOG_VERSION_UNSUPPORTED */
export function decodeEntry(line: string, sequence: number): AuditEntry {
  const fields = Fields.parse(AUDIT_RECORD, `entry ${sequence}`, line);
  return {
    sequence,
    at: fields.time('at'),
    caller: fields.text('caller'),
    method: fields.text('method'),
    archive: fields.optionalText('archive'),
    outcome: fields.text('outcome'),
    detail: fields.text('detail'),
  };
}
