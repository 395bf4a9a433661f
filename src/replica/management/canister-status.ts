import type { Canister, CanisterStatus } from '../canister';
import { storagePrice } from '../prices';

const DAY_IN_NANOSECONDS = 24n * 3600n * 1_000_000_000n;

/** The management canister's view of a canister, in the shape of its Candid type. */
export function canisterStatus(canister: Canister) {
  const { settings, status } = canister;
  return {
    status: { [status]: null } as { readonly [Status in CanisterStatus]?: null },
    settings: {
      controllers: [...settings.controllers],
      freezing_threshold: settings.freezingThresholdSeconds,
      wasm_memory_limit: settings.wasmMemoryLimit,
      wasm_memory_threshold: settings.wasmMemoryThreshold,
      environment_variables: [...settings.environmentVariables].map(([name, value]) => ({ name, value })),
    },
    module_hash: (canister.installation ? [canister.installation.instance.code.hash] : []) as
      | []
      | [Uint8Array],
    memory_size: BigInt(canister.memoryBytes),
    cycles: canister.balance,
    idle_cycles_burned_per_day: storagePrice(canister.memoryBytes, DAY_IN_NANOSECONDS),
    version: canister.version,
  };
}

export type CanisterStatusReport = ReturnType<typeof canisterStatus>;
