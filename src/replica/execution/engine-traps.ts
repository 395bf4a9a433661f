import { CanisterTrap, ErrorCode } from '../errors';
import { TrapReason } from '../instrument/layout';
import { cannotAfford, outOfInstructions, sliceOverrun } from '../system-api/host';

/** Names of V8's WebAssembly errors as the IC words them. */
const ENGINE_TRAPS: readonly (readonly [RegExp, string])[] = [
  [/memory access out of bounds|data segment/, 'heap out of bounds'],
  [/divide by zero|remainder by zero/, 'integer division by 0'],
  [/divide result unrepresentable/, 'integer overflow'],
  [/float unrepresentable/, 'invalid conversion to integer'],
  [/table index is out of bounds/, 'table out of bounds'],
  [/signature mismatch|null function/, 'indirect call to a null or differently typed function'],
  [/unreachable/, 'unreachable'],
];

/** What ended an execution, in the IC's words; errors that are not the canister's are thrown on. */
export function toTrap(error: unknown, reason: number, growthIsByCycles: boolean): CanisterTrap {
  if (error instanceof CanisterTrap) return error;
  if (error instanceof RangeError && /call stack/i.test(error.message)) {
    return new CanisterTrap('Canister trapped: stack overflow');
  }
  if (!(error instanceof WebAssembly.RuntimeError)) throw error;
  if (reason === TrapReason.instructions) return outOfInstructions();
  if (reason === TrapReason.slice) return sliceOverrun();
  if (reason === TrapReason.heapLimit && growthIsByCycles) return cannotAfford('its heap');
  if (reason === TrapReason.heapLimit) {
    return new CanisterTrap('Canister exceeded its current Wasm memory limit', ErrorCode.heapLimitExceeded);
  }
  const text = ENGINE_TRAPS.find(([pattern]) => pattern.test(error.message))?.[1] ?? error.message;
  return new CanisterTrap(`Canister trapped: ${text}`);
}
