import type { Canister } from '../canister/canister';
import type { CanisterSettings, LogVisibility } from '../canister/canister-settings';
import type { CanisterSettingsOptions } from '../pocket-ic/options';
import type { CandidVisibility, SettingsRecord } from './candid-types';

/** Changes those settings that are given, of a canister that is there already. */
export function updateSettings(canister: Canister, change: CanisterSettingsOptions): void {
  applySettings(canister, change);
  canister.version++;
}

/** Gives a canister the settings that it is created with. */
export function applySettings(canister: Canister, change: CanisterSettingsOptions): void {
  const { freezingThreshold, environmentVariables, ...named } = change;
  const settings: CanisterSettings = canister.settings;
  if (freezingThreshold !== undefined) settings.freezingThresholdSeconds = freezingThreshold;
  if (environmentVariables) {
    settings.environmentVariables = new Map(environmentVariables.map(({ name, value }) => [name, value]));
  }
  for (const name of PLAIN_SETTINGS) {
    const value = named[name];
    if (value !== undefined) Object.assign(settings, { [name]: value });
  }
}

/** Settings that have the same name and type in a change and in the canister. */
const PLAIN_SETTINGS = [
  'controllers',
  'computeAllocation',
  'memoryAllocation',
  'reservedCyclesLimit',
  'logVisibility',
  'snapshotVisibility',
  'statusVisibility',
  'minimumIncomingCanisterCallCycles',
  'logMemoryLimit',
  'wasmMemoryLimit',
  'wasmMemoryThreshold',
] as const satisfies readonly (keyof CanisterSettings & keyof CanisterSettingsOptions)[];

/** The management canister's record in the replica's names. */
export function settingsChange(record: SettingsRecord): CanisterSettingsOptions {
  const given = <Value, Name extends string>(name: Name, [value]: [] | [Value]) =>
    (value === undefined ? {} : { [name]: value }) as { [Key in Name]?: Value };
  const visible = ([value]: [] | [CandidVisibility]): [] | [LogVisibility] =>
    value === undefined ? [] : [fromCandid(value)];
  return {
    ...given('controllers', record.controllers),
    ...given('computeAllocation', record.compute_allocation),
    ...given('memoryAllocation', record.memory_allocation),
    ...given('freezingThreshold', record.freezing_threshold),
    ...given('reservedCyclesLimit', record.reserved_cycles_limit),
    ...given('logVisibility', visible(record.log_visibility)),
    ...given('snapshotVisibility', visible(record.snapshot_visibility)),
    ...given('statusVisibility', visible(record.status_visibility)),
    ...given('minimumIncomingCanisterCallCycles', record.minimum_incoming_canister_call_cycles),
    ...given('logMemoryLimit', record.log_memory_limit),
    ...given('wasmMemoryLimit', record.wasm_memory_limit),
    ...given('wasmMemoryThreshold', record.wasm_memory_threshold),
    ...given('environmentVariables', record.environment_variables),
  };
}

function fromCandid(visibility: CandidVisibility): LogVisibility {
  return 'allowed_viewers' in visibility ? { allowedViewers: visibility.allowed_viewers } : visibility;
}

export function toCandid(visibility: LogVisibility): CandidVisibility {
  return 'allowedViewers' in visibility ? { allowed_viewers: visibility.allowedViewers } : visibility;
}
