import type { IdlModule } from './idl';
import { queryMethod } from './method';
import { type CandidResult, resultTypes } from './result';

/**
 * Who owns how much raw stable memory, in pages of 64 KiB. Of the allocated buckets some belong to a memory and the
 * others are free for reuse; spare ones lie behind them, given back; the rest of the layout's was never used.
 */
export interface CandidMemoryReport {
  stable_pages: bigint;
  bucket_size_in_pages: number;
  allocated_buckets: number;
  owned_buckets: number;
  free_buckets: number;
  spare_buckets: number;
  never_used_buckets: number;
  memories: { memory_id: number; pages: bigint; buckets: number }[];
}

/** What operators can see of the canister. */
export interface ObservationService {
  report_memory(): Promise<CandidResult<CandidMemoryReport>>;
}

export function observationMethods(IDL: IdlModule) {
  const MemoryReport = IDL.Record({
    stable_pages: IDL.Nat64,
    bucket_size_in_pages: IDL.Nat16,
    allocated_buckets: IDL.Nat32,
    owned_buckets: IDL.Nat32,
    free_buckets: IDL.Nat32,
    spare_buckets: IDL.Nat32,
    never_used_buckets: IDL.Nat32,
    memories: IDL.Vec(IDL.Record({ memory_id: IDL.Nat8, pages: IDL.Nat64, buckets: IDL.Nat32 })),
  });
  return {
    report_memory: queryMethod([], resultTypes(IDL)(MemoryReport)),
  };
}
