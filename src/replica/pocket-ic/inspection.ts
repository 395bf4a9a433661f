import { createHash } from 'node:crypto';
import type { Canister } from '../canister/canister';
import { ReplicaError } from '../errors';
import type { ExecutionKind, ExecutionRecord } from '../execution/execution-record';
import type { Faults } from '../execution/faults';
import type { ProfileLine, TouchedHeapPage } from '../execution/profile';

const HASH_STEP = 1 << 20;

/** What PocketIC does not show: costs of single executions, memory, and faults to come. Reading changes nothing. */
export class CanisterInspector {
  constructor(private readonly canister: Canister) {}

  /** Executions of this canister, oldest first; the oldest are dropped beyond some ten thousand. */
  get executions(): readonly ExecutionRecord[] {
    return this.canister.records;
  }

  /**
   * The latest execution.
   * @param kind only of this kind; without it, the latest that is not a timer, a heartbeat or a callback
   * @param method only of this method
   * @throws ReplicaError when there is none
   */
  last(kind?: ExecutionKind, method?: string): ExecutionRecord {
    const found = this.canister.records.findLast(
      (record) =>
        (kind === undefined ? !BACKGROUND.has(record.kind) : record.kind === kind) &&
        (method === undefined || record.method === method),
    );
    if (!found)
      throw new ReplicaError(
        'NOT_RECORDED',
        `no execution of ${kind ?? 'any kind'} ${method ?? ''} is on record`,
      );
    return found;
  }

  /**
   * Instructions by function, system call and bulk memory since the canister was created or `clearProfile`, most first. Together they are
   * the executions' `instructions`.
   * @throws ReplicaError when the replica was not made with `profile`
   */
  get profile(): ProfileLine[] {
    const { installation, profile } = this.canister;
    if (installation?.instance.code.profiledNames.length === 0) {
      throw new ReplicaError(
        'NOT_RECORDED',
        "instructions by function are counted in a replica made with 'profile: true'",
      );
    }
    return profile.lines;
  }

  /**
   * The 64 KiB heap pages that the latest execution of a method touched.
   * @throws ReplicaError when the replica was not made with `profile`, or no such execution is on record
   */
  touchedPages(kind: ExecutionKind, method: string): readonly TouchedHeapPage[] {
    const pages = this.canister.profile.pages.get(`${kind} ${method}`);
    if (pages) return pages;
    throw new ReplicaError('NOT_RECORDED', `no pages of a ${kind} of ${method} are on record`);
  }

  clearProfile(): void {
    this.canister.profile.clear();
  }

  /** Lets the next matching execution fail; several faults queue up, one an execution. */
  inject(faults: Faults): void {
    this.canister.faults.push(faults);
  }

  /** Forgets faults that no execution has met yet. @returns how many there were */
  clearFaults(): number {
    return this.canister.faults.splice(0).length;
  }

  /** Heap size in bytes, a multiple of 64 KiB. */
  get heapBytes(): number {
    return this.canister.heapBytes;
  }

  /** A copy of [address, address + length) of the heap, as the last message left it. */
  readHeap(address: number, length: number): Uint8Array {
    if (address < 0 || length < 0 || address + length > this.heapBytes) {
      throw new ReplicaError(
        'OUT_OF_RANGE',
        `heap has ${this.heapBytes} bytes, asked for ${length} at ${address}`,
      );
    }
    return new Uint8Array(this.canister.installation?.instance.heap.view(address, length) ?? []);
  }

  /** SHA-256 of the heap in hexadecimal. */
  hashHeap(): string {
    return hashOf(this.heapBytes, (offset, length) => this.readHeap(offset, length));
  }

  /** Stable memory size in bytes, a multiple of 64 KiB. */
  get stableBytes(): number {
    return this.canister.stable.byteLength;
  }

  /** Bytes of this process that the stable memory takes; untouched parts take none. */
  get storedStableBytes(): number {
    return this.canister.stable.storedBytes;
  }

  /** A copy of [offset, offset + length) of stable memory. */
  readStable(offset: number, length: number): Uint8Array {
    if (offset < 0 || length < 0 || !this.canister.stable.contains(offset, length)) {
      throw new ReplicaError(
        'OUT_OF_RANGE',
        `stable memory has ${this.stableBytes} bytes, asked for ${length} at ${offset}`,
      );
    }
    return this.canister.stable.inspect(offset, length);
  }

  /** SHA-256 of stable memory in hexadecimal; reads all of it, holes included. */
  hashStable(): string {
    return hashOf(this.stableBytes, (offset, length) => this.readStable(offset, length));
  }

  get globalTimer(): bigint {
    return this.canister.globalTimer;
  }

  get certifiedData(): Uint8Array {
    return this.canister.certifiedData;
  }

  /** What ic0.canister_version answers. */
  get version(): bigint {
    return this.canister.version;
  }
}

const BACKGROUND: ReadonlySet<ExecutionKind> = new Set([
  'global_timer',
  'heartbeat',
  'low_wasm_memory',
  'reply_callback',
  'reject_callback',
  'cleanup',
]);

function hashOf(size: number, read: (offset: number, length: number) => Uint8Array): string {
  const hash = createHash('sha256');
  for (let offset = 0; offset < size; offset += HASH_STEP) {
    hash.update(read(offset, Math.min(HASH_STEP, size - offset)));
  }
  return hash.digest('hex');
}
