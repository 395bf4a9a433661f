import type { Principal } from '@dfinity/principal';

/** Who beside the controllers may read something of a canister. */
export type LogVisibility =
  | { controllers: null }
  | { public: null }
  | { readonly allowedViewers: Principal[] };

/** Settings that a controller may change. */
export interface CanisterSettings {
  controllers: readonly Principal[];
  /** Percent of a processor, paid for by the second. */
  computeAllocation: bigint;
  /** Bytes that are paid for even while less is in use. */
  memoryAllocation: bigint;
  /** Seconds that the balance must last for, below which the canister freezes. */
  freezingThresholdSeconds: bigint;
  reservedCyclesLimit: bigint;
  logVisibility: LogVisibility;
  snapshotVisibility: LogVisibility;
  statusVisibility: LogVisibility;
  /** Cycles that a call of another canister must bring with it. */
  minimumIncomingCanisterCallCycles: bigint;
  /** Bytes of log that the canister keeps. */
  logMemoryLimit: bigint;
  /** Heap size in bytes beyond which updates and installs trap; 0 is no limit. */
  wasmMemoryLimit: bigint;
  /** Free heap in bytes below which canister_on_low_wasm_memory is scheduled. */
  wasmMemoryThreshold: bigint;
  environmentVariables: ReadonlyMap<string, string>;
}

const THIRTY_DAYS = 30n * 24n * 3600n;
const DEFAULT_HEAP_LIMIT = 3n * 2n ** 30n;
const DEFAULT_RESERVED_CYCLES = 5_000_000_000_000n;
const DEFAULT_LOG_BYTES = 4096n;

export function defaultSettings(controllers: readonly Principal[]): CanisterSettings {
  return {
    controllers,
    computeAllocation: 0n,
    memoryAllocation: 0n,
    freezingThresholdSeconds: THIRTY_DAYS,
    reservedCyclesLimit: DEFAULT_RESERVED_CYCLES,
    logVisibility: { controllers: null },
    snapshotVisibility: { controllers: null },
    statusVisibility: { controllers: null },
    minimumIncomingCanisterCallCycles: 0n,
    logMemoryLimit: DEFAULT_LOG_BYTES,
    wasmMemoryLimit: DEFAULT_HEAP_LIMIT,
    wasmMemoryThreshold: 0n,
    environmentVariables: new Map(),
  };
}

/** Whether `principal` may see what the visibility guards; `isController` answers for controllers. */
export function mayView(visibility: LogVisibility, principal: Uint8Array, isController: boolean): boolean {
  if ('public' in visibility || isController) return true;
  if (!('allowedViewers' in visibility)) return false;
  return visibility.allowedViewers.some((viewer) => Buffer.compare(viewer.toUint8Array(), principal) === 0);
}
