import { CanisterTrap, ErrorCode, ReplicaError } from '../errors';
import type { Execution } from '../execution/execution';
import { SLICE_INSTRUCTIONS, sliceLength } from '../execution/mode';
import type { CanisterInstance } from '../instance/canister-instance';
import type { StableMemory } from '../instance/stable-memory';

/** What the system calls may know of the canister that makes them. */
export interface CanisterView {
  readonly id: Uint8Array;
  readonly subnetId: Uint8Array;
  readonly stable: StableMemory;
  readonly version: bigint;
  /** 1 running, 2 stopping, 3 stopped. */
  readonly statusCode: number;
  readonly balance: bigint;
  /** Cycles below which the canister freezes. */
  readonly freezingThresholdCycles: bigint;
  readonly globalTimer: bigint;
  readonly certifiedData: Uint8Array;
  /** Cycles below which it would freeze with so many more bytes. */
  freezingThreshold(moreBytes: bigint): bigint;
  /** Free places in the queue of calls to `callee` that wait for answers. */
  freeCallSlots(callee: Uint8Array): number;
  readonly environmentVariables: ReadonlyMap<string, string>;
  readonly rootKey: Uint8Array;
  /** Bytes of log that one execution may add. */
  readonly logCapacity: number;
  isController(principal: Uint8Array): boolean;
  /** Certificate over the canister's certified data, as a query's caller would receive it. */
  certificate(): Uint8Array;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** What every system call works on: the canister, its instance's heap and counter, and the execution under way. */
export class Host {
  private running: Execution | undefined;
  private attached: CanisterInstance | undefined;

  constructor(readonly canister: CanisterView) {}

  /** Connects the instance whose imports this host answers. */
  attach(instance: CanisterInstance): void {
    this.attached = instance;
  }

  get instance(): CanisterInstance {
    if (!this.attached)
      throw new ReplicaError('REPLICA_DEFECT', 'a system call was made outside of an instance');
    return this.attached;
  }

  get execution(): Execution {
    if (!this.running)
      throw new ReplicaError('REPLICA_DEFECT', 'a system call was made outside of an execution');
    return this.running;
  }

  begin(execution: Execution): void {
    this.running = execution;
  }

  end(): void {
    this.running = undefined;
  }

  /** Cycles, with what this execution has accepted, sent and burned. */
  get balance(): bigint {
    return this.canister.balance + this.execution.acceptedCycles - this.execution.spentCycles;
  }

  /** Instructions used by this execution so far. */
  get instructionsUsed(): bigint {
    return this.execution.input.instructionLimit - this.instance.instructionsLeft;
  }

  /** @throws CanisterTrap when the execution's limit is passed */
  charge(instructions: number): void {
    if (!this.instance.charge(instructions)) throw outOfInstructions();
  }

  /** As `charge`, for one operation that cannot pause: it must not run on for a whole slice beyond the end of the present one. */
  chargeWhole(instructions: number): void {
    const slice = sliceLength(this.execution.mode);
    const inSlice = this.instance.instructionsLeft % slice;
    if (BigInt(instructions) - inSlice >= slice) throw sliceOverrun();
    this.charge(instructions);
  }

  /** A view of canister memory to read from, valid until the heap grows. */
  source(address: number, length: number): Uint8Array {
    const view = this.view(address, length);
    this.instance.heap.markRead(address, length);
    return view;
  }

  /** A view of canister memory to write to, valid until the heap grows. */
  target(address: number, length: number): Uint8Array {
    const view = this.view(address, length);
    this.instance.heap.markWritten(address, length);
    return view;
  }

  /** A copy of canister memory. */
  read(address: number, length: number): Uint8Array {
    return new Uint8Array(this.source(address, length));
  }

  write(address: number, bytes: Uint8Array): void {
    this.target(address, bytes.length).set(bytes);
  }

  /** UTF-8 text in canister memory. @param what names the text in the trap message */
  text(address: number, length: number, what: string): string {
    try {
      return utf8.decode(this.source(address, length));
    } catch (error) {
      if (error instanceof CanisterTrap) throw error;
      throw contractViolation(`${what} is not valid UTF-8`);
    }
  }

  private view(address: number, length: number): Uint8Array {
    const view = this.instance.heap.view(address, length);
    if (!view) throw heapOutOfBounds();
    return view;
  }

  /** The common part of all `*_copy` calls: `source[offset, offset + size)` goes to `destination`. */
  copyOut(name: string, source: Uint8Array, destination: number, offset: number, size: number): void {
    if (offset + size > source.length) {
      throw contractViolation(
        `ic0_${name} payload: src=${offset} + length=${size} exceeds the slice size=${source.length}`,
      );
    }
    this.write(destination, source.subarray(offset, offset + size));
  }

  /** Writes an unsigned 128-bit number as the cycle calls return it. */
  writeCycles(destination: number, amount: bigint): void {
    const bytes = new Uint8Array(16);
    const view = new DataView(bytes.buffer);
    view.setBigUint64(0, BigInt.asUintN(64, amount), true);
    view.setBigUint64(8, amount >> 64n, true);
    this.write(destination, bytes);
  }
}

export function cannotAfford(growth: string): CanisterTrap {
  return new CanisterTrap(
    `Canister cannot grow ${growth} due to insufficient cycles: it would freeze`,
    ErrorCode.insufficientCyclesToGrow,
  );
}

export function outOfInstructions(): CanisterTrap {
  return new CanisterTrap(
    'Canister exceeded the limit of instructions for single message execution',
    ErrorCode.instructionLimitExceeded,
  );
}

export function sliceOverrun(): CanisterTrap {
  return new CanisterTrap(
    `Canister attempted to perform a large memory operation that exceeded the slice limit ${SLICE_INSTRUCTIONS}`,
    ErrorCode.instructionLimitExceeded,
  );
}

export function heapOutOfBounds(): CanisterTrap {
  return new CanisterTrap('Canister trapped: heap out of bounds');
}

export function contractViolation(message: string): CanisterTrap {
  return new CanisterTrap(`Canister violated contract: ${message}`, ErrorCode.canisterContractViolation);
}

/** Two unsigned 64-bit halves as WebAssembly passes them. */
export function joinCycles(high: bigint, low: bigint): bigint {
  return (BigInt.asUintN(64, high) << 64n) | BigInt.asUintN(64, low);
}
