import { runMeasuringCanister } from './measuring-canister';

/** Instructions by step of the facade and of native code. */
export function runBenchCanister(): Promise<ReadonlyMap<string, number>> {
  return runMeasuringCanister({
    main: 'src/figures/canisters/bench.ts',
    folder: 'figures',
    mode: 'update',
  });
}
