import type { Canister, CanisterStatus } from '../canister/canister';
import { toCandid } from './settings';

const DAY_IN_NANOSECONDS = 24n * 3600n * 1_000_000_000n;

/** `{ running: null }` and so on, as Candid writes a variant. */
export type StatusVariant = {
  readonly [Status in CanisterStatus]: { [Key in Status]: null };
}[CanisterStatus];

/** State, settings and size of a canister, in PocketIC's shape, which has fewer fields than the management canister's. */
export function canisterStatus(canister: Canister) {
  const { settings, status } = canister;
  return {
    status: { [status]: null } as StatusVariant,
    settings: {
      controllers: [...settings.controllers],
      computeAllocation: settings.computeAllocation,
      memoryAllocation: settings.memoryAllocation,
      freezingThreshold: settings.freezingThresholdSeconds,
      reservedCyclesLimit: settings.reservedCyclesLimit,
      logVisibility: settings.logVisibility,
      wasmMemoryLimit: settings.wasmMemoryLimit,
      wasmMemoryThreshold: settings.wasmMemoryThreshold,
      environmentVariables: [...settings.environmentVariables].map(([name, value]) => ({ name, value })),
    },
    moduleHash: canister.installation?.instance.code.hash ?? null,
    memorySize: BigInt(canister.memoryBytes),
    cycles: canister.balance,
    /** Nothing is reserved: the subnet never fills up. */
    reservedCycles: 0n,
    idleCyclesBurnedPerDay: canister.idlePrice(DAY_IN_NANOSECONDS),
    queryStats: { ...canister.queryStatistics },
  };
}

export type CanisterStatusReport = ReturnType<typeof canisterStatus>;

/** The same in the shape of the management canister's Candid type. */
export function candidStatus(canister: Canister) {
  const report = canisterStatus(canister);
  const { settings, queryStats } = report;
  const memory = canister.memory;
  return {
    status: report.status,
    ready_for_migration: canister.status === 'stopped',
    settings: {
      controllers: settings.controllers,
      compute_allocation: settings.computeAllocation,
      memory_allocation: settings.memoryAllocation,
      freezing_threshold: settings.freezingThreshold,
      reserved_cycles_limit: settings.reservedCyclesLimit,
      minimum_incoming_canister_call_cycles: canister.settings.minimumIncomingCanisterCallCycles,
      log_visibility: toCandid(settings.logVisibility),
      log_memory_limit: canister.settings.logMemoryLimit,
      snapshot_visibility: toCandid(canister.settings.snapshotVisibility),
      status_visibility: toCandid(canister.settings.statusVisibility),
      wasm_memory_limit: settings.wasmMemoryLimit,
      wasm_memory_threshold: settings.wasmMemoryThreshold,
      environment_variables: settings.environmentVariables,
    },
    module_hash: report.moduleHash ? [report.moduleHash] : [],
    memory_size: report.memorySize,
    memory_metrics: {
      wasm_memory_size: memory.heap,
      stable_memory_size: memory.stable,
      global_memory_size: memory.globals,
      wasm_binary_size: memory.module,
      custom_sections_size: memory.customSections,
      canister_history_size: memory.history,
      wasm_chunk_store_size: memory.chunks,
      snapshots_size: memory.snapshots,
      log_memory_store_size: memory.log,
    },
    cycles: report.cycles,
    reserved_cycles: report.reservedCycles,
    idle_cycles_burned_per_day: report.idleCyclesBurnedPerDay,
    version: canister.version,
    query_stats: {
      num_calls_total: queryStats.numCallsTotal,
      num_instructions_total: queryStats.numInstructionsTotal,
      request_payload_bytes_total: queryStats.requestPayloadBytesTotal,
      response_payload_bytes_total: queryStats.responsePayloadBytesTotal,
    },
  };
}
