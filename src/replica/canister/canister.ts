import type { Principal } from '@dfinity/principal';
import type { OutgoingCall } from '../execution/execution';
import type { ExecutionRecord } from '../execution/execution-record';
import type { Faults } from '../execution/faults';
import { Profile } from '../execution/profile';
import { CanisterInstance } from '../instance/canister-instance';
import type { CompiledModule } from '../instance/compiled-module';
import { StableMemory } from '../instance/stable-memory';
import type { CallContext } from '../subnet/call-context';
import type { Request } from '../subnet/messages';
import { computeAllocationPrice, storagePrice, storedFor } from '../subnet/prices';
import { type CanisterView, Host } from '../system-api/host';
import { systemImports } from '../system-api/system-calls';
import { CanisterLog } from './canister-log';
import type { CanisterSettings } from './canister-settings';
import type { CanisterSnapshot } from './canister-snapshot';
import { ChunkStore } from './chunk-store';

export type CanisterStatus = 'running' | 'stopping' | 'stopped';

const STATUS_CODES: Readonly<Record<CanisterStatus, number>> = { running: 1, stopping: 2, stopped: 3 };

const ADDRESS_SPACE = 2n ** 32n;
/** What the IC counts for a mutable global, whatever its type. */
const GLOBAL_BYTES = 8;
const NANOSECONDS = 1_000_000_000n;
/** Calls of one canister to another that may wait for an answer at the same time. */
const CALL_SLOTS = 500;
/** Execution records that are kept; older ones are dropped. */
const RECORDS_KEPT = 20_000;

/** Queries that callers sent, composite queries' own calls included. */
export interface QueryStatistics {
  numCallsTotal: bigint;
  numInstructionsTotal: bigint;
  requestPayloadBytesTotal: bigint;
  responsePayloadBytesTotal: bigint;
}

/** What a canister's memory is made of, in bytes; canister_status tells it in the same parts. */
export type CanisterMemory = Readonly<
  Record<
    /** `module` is the code as it was sent; `log` is what the log may hold, which is set aside whether it does or not. */
    'heap' | 'stable' | 'globals' | 'module' | 'customSections' | 'history' | 'chunks' | 'snapshots' | 'log',
    number
  >
>;

/** What a canister can learn about the subnet that it is on. */
export interface HomeSubnet {
  readonly subnetId: Uint8Array;
  /** DER of the key that certificates are verified with. */
  readonly rootKey: Uint8Array;
  /** CBOR of a certificate over a canister's certified data. */
  certifyData(canister: Canister): Uint8Array;
}

/** A call that waits for its answer. */
export interface WaitingCall {
  readonly context: CallContext;
  readonly call: OutgoingCall;
  /** Nanoseconds since 1970 at which the canister stops waiting; absent when it waits for good. */
  readonly deadline?: bigint;
}

/** Code that can run: an instance and the host that answers its system calls. */
export interface Installation {
  readonly instance: CanisterInstance;
  readonly host: Host;
}

/** One canister with all of its state. Executions change it only through `MessageExecutor` and `Installer`. */
export class Canister implements CanisterView {
  status: CanisterStatus = 'running';
  version = 0n;
  stable = new StableMemory();
  installation: Installation | undefined;
  globalTimer = 0n;
  certifiedData: Uint8Array = new Uint8Array(0);
  /** Contexts that are still to be answered or wait for answers. */
  readonly contexts = new Set<CallContext>();
  readonly waitingCalls = new Map<number, WaitingCall>();
  /** Calls of stop_canister to be answered when the canister has stopped. */
  readonly stopRequests: Request[] = [];
  readonly log = new CanisterLog();
  chunks = new ChunkStore();
  /** By id in hexadecimal, oldest first. */
  readonly snapshots = new Map<string, CanisterSnapshot>();
  snapshotsTaken = 0n;
  /** Whether the present shortage of heap has been told to the canister. */
  lowMemorySignalled = false;
  /** Time in nanoseconds up to which memory and allocations are paid for. */
  paidUntil = 0n;
  readonly queryStatistics: QueryStatistics = {
    numCallsTotal: 0n,
    numInstructionsTotal: 0n,
    requestPayloadBytesTotal: 0n,
    responsePayloadBytesTotal: 0n,
  };
  /** Faults for the executions to come, each used once. */
  readonly faults: Faults[] = [];
  readonly id: Uint8Array;
  /** The principal as text, which is costly to derive. */
  readonly name: string;

  constructor(
    readonly principal: Principal,
    readonly subnet: HomeSubnet,
    public settings: CanisterSettings,
    public balance: bigint,
    readonly records: ExecutionRecord[] = [],
    /** Empty unless the replica was made to profile. */
    readonly profile = new Profile(),
  ) {
    this.id = principal.toUint8Array();
    this.name = principal.toText();
  }

  get statusCode(): number {
    return STATUS_CODES[this.status];
  }

  get environmentVariables(): ReadonlyMap<string, string> {
    return this.settings.environmentVariables;
  }

  /** Bytes of log that one execution may add. */
  get logCapacity(): number {
    return Number(this.settings.logMemoryLimit);
  }

  freeCallSlots(callee: Uint8Array): number {
    let waiting = 0;
    for (const { call } of this.waitingCalls.values()) {
      if (Buffer.compare(call.callee, callee) === 0) waiting++;
    }
    return CALL_SLOTS - waiting;
  }

  /** Bytes by what they hold. */
  get memory(): CanisterMemory {
    const instance = this.installation?.instance;
    let snapshots = 0;
    for (const { totalSize } of this.snapshots.values()) snapshots += totalSize;
    return {
      heap: this.heapBytes,
      stable: this.stable.byteLength,
      globals: (instance?.savedGlobals.length ?? 0) * GLOBAL_BYTES,
      module: instance?.code.wasm.length ?? 0,
      customSections: instance?.code.metadataBytes ?? 0,
      history: 0,
      chunks: this.chunks.byteLength,
      snapshots,
      log: this.logCapacity,
    };
  }

  /** All bytes that the canister pays storage for. */
  get memoryBytes(): number {
    return Object.values(this.memory).reduce((sum, bytes) => sum + bytes, 0);
  }

  get heapBytes(): number {
    return (this.installation?.instance.heap.pages ?? 0) * 65_536;
  }

  get freezingThresholdCycles(): bigint {
    return this.freezingThreshold(0n);
  }

  /** Cycles below which the canister would freeze with so many more bytes of memory. */
  freezingThreshold(moreBytes: bigint): bigint {
    return this.idlePrice(this.settings.freezingThresholdSeconds * NANOSECONDS, moreBytes);
  }

  /** Bytes that the canister may grow by before its balance freezes it. */
  get affordableBytes(): bigint {
    const spare = this.balance - this.freezingThresholdCycles;
    if (spare < 0n) return 0n;
    const unused = this.settings.memoryAllocation - BigInt(this.memoryBytes);
    const seconds = this.settings.freezingThresholdSeconds;
    return (unused > 0n ? unused : 0n) + storedFor(spare, seconds * NANOSECONDS);
  }

  /** Takes cycles for what has been done already, as far as there are any. */
  pay(cycles: bigint): void {
    this.balance = this.balance > cycles ? this.balance - cycles : 0n;
  }

  /** What the canister's memory and allocations cost while it does nothing. */
  idlePrice(nanoseconds: bigint, moreBytes = 0n): bigint {
    const { memoryAllocation, computeAllocation } = this.settings;
    const bytes = BigInt(this.memoryBytes) + moreBytes;
    return (
      storagePrice(bytes > memoryAllocation ? bytes : memoryAllocation, nanoseconds) +
      computeAllocationPrice(computeAllocation, nanoseconds)
    );
  }

  /** Whether free heap has fallen below the threshold since this was last false. */
  takeLowMemorySignal(): boolean {
    const { wasmMemoryLimit, wasmMemoryThreshold } = this.settings;
    const limit = wasmMemoryLimit > 0n ? wasmMemoryLimit : ADDRESS_SPACE;
    const isLow = limit < BigInt(this.heapBytes) + wasmMemoryThreshold;
    const isNew = isLow && !this.lowMemorySignalled;
    this.lowMemorySignalled = isLow;
    return isNew;
  }

  isController(principal: Uint8Array): boolean {
    return this.settings.controllers.some(
      (controller) => Buffer.compare(controller.toUint8Array(), principal) === 0,
    );
  }

  get subnetId(): Uint8Array {
    return this.subnet.subnetId;
  }

  get rootKey(): Uint8Array {
    return this.subnet.rootKey;
  }

  certificate(): Uint8Array {
    return this.subnet.certifyData(this);
  }

  /** Makes an installation of a module beside the present one, over the present stable memory. */
  prepare(code: CompiledModule): Installation {
    const host = new Host(this);
    const instance = new CanisterInstance(
      code,
      systemImports(host, code.profiledNames.length > 0 ? this.profile : undefined),
    );
    host.attach(instance);
    return { instance, host };
  }

  record(entry: ExecutionRecord): void {
    this.records.push(entry);
    if (this.records.length > RECORDS_KEPT) this.records.splice(0, RECORDS_KEPT / 2);
  }
}
