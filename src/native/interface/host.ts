/** What the canister runs on. */
export interface HostCalls {
  /** Seeds the engine's `random()` and `randomblob()` with 32 bytes of entropy, once per installation or upgrade. */
  seedRandomness(seed: Uint8Array): void;
  /** Does nothing: for measuring what a call from JavaScript into native code costs by itself. */
  nothing(): void;
  /** Instructions of this message so far (`ic0.performance_counter(0)`); 0 in Node. */
  instructions(): number;
}
