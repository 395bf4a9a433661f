import type { Canister } from '../canister';
import type { SettingsChange } from './candid-types';

/** Changes those settings that are given. */
export function applySettings(canister: Canister, change: SettingsChange): void {
  const { settings } = canister;
  const [controllers] = change.controllers;
  const [freezingThreshold] = change.freezing_threshold;
  const [heapLimit] = change.wasm_memory_limit;
  const [heapThreshold] = change.wasm_memory_threshold;
  const [variables] = change.environment_variables;
  if (controllers) settings.controllers = controllers;
  if (freezingThreshold !== undefined) settings.freezingThresholdSeconds = freezingThreshold;
  if (heapLimit !== undefined) settings.wasmMemoryLimit = heapLimit;
  if (heapThreshold !== undefined) settings.wasmMemoryThreshold = heapThreshold;
  if (variables) settings.environmentVariables = new Map(variables.map(({ name, value }) => [name, value]));
  canister.version++;
}
