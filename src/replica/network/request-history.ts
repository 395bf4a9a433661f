import type { Response } from '../execution/execution';
import type { PendingAnswer } from '../subnet/ingress';

/** A submitted message and what became of it. Plain data: it is written to disk. */
export interface RequestRecord {
  /** SHA-256 of the message's content (IC interface specification, "Request id"). */
  readonly id: Uint8Array;
  readonly sender: Uint8Array;
  readonly effectiveCanister: Uint8Array;
  readonly method: string;
  /** Nanoseconds since 1970 after which the message may not be submitted again. */
  readonly expiry: bigint;
  /** Absent while the message is on its way. */
  response: Response | undefined;
}

/** How often expired messages are looked for, in nanoseconds. */
const FORGETTING_INTERVAL = 10_000_000_000n;
/** How long an answer can be read after its message has expired, in nanoseconds. */
const KEPT_AFTER_EXPIRY = 60_000_000_000n;

/** Messages by request id for as long as they could be sent again, so that none runs twice. */
export class RequestHistory {
  private readonly records = new Map<string, RequestRecord>();
  private readonly open = new Map<string, PendingAnswer>();
  private changed = new Set<string>();
  private lastForgetting = 0n;

  /** @param saved as `all` gave them */
  constructor(saved: ReadonlyMap<string, unknown> = new Map()) {
    for (const [key, record] of saved) this.records.set(key, record as RequestRecord);
  }

  get all(): ReadonlyMap<string, RequestRecord> {
    return this.records;
  }

  find(id: Uint8Array): RequestRecord | undefined {
    return this.records.get(requestKey(id));
  }

  add(record: RequestRecord, pending: PendingAnswer): void {
    const key = requestKey(record.id);
    this.records.set(key, record);
    this.open.set(key, pending);
    this.changed.add(key);
  }

  /** Messages that were on their way when the state was saved. */
  get unanswered(): RequestRecord[] {
    return [...this.records.values()].filter(({ response }) => response === undefined);
  }

  /** Goes on waiting for a message after a restart. */
  resume(record: RequestRecord, pending: PendingAnswer): void {
    this.open.set(requestKey(record.id), pending);
  }

  /** Takes over answers that have come, and forgets what has expired. */
  update(now: bigint): void {
    for (const [key, { response }] of this.open) {
      if (!response) continue;
      this.records.get(key)!.response = response;
      this.open.delete(key);
      this.changed.add(key);
    }
    if (now - this.lastForgetting < FORGETTING_INTERVAL) return;
    this.lastForgetting = now;
    for (const [key, { expiry, response }] of this.records) {
      if (!response || expiry + KEPT_AFTER_EXPIRY > now) continue;
      this.records.delete(key);
      this.changed.add(key);
    }
  }

  /** Records that were added, answered or forgotten since this was last asked. */
  takeChanges(): Map<string, RequestRecord | undefined> {
    const changes = new Map([...this.changed].map((key) => [key, this.records.get(key)]));
    this.changed = new Set();
    return changes;
  }
}

/** The name under which a message is answered. */
export function requestKey(id: Uint8Array): string {
  return Buffer.from(id.buffer, id.byteOffset, id.length).toString('hex');
}
