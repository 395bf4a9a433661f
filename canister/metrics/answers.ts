import { time } from 'azle';
import { referenceTo } from '../../catalog/archives/reference';
import { checksumAgeSeconds, cyclesRunwaySeconds } from '../../catalog/metrics/report';
import type { Usage } from '../../catalog/metrics/usage';
import {
  type CandidArchiveMetrics,
  type CandidCanisterMetrics,
  type CandidUsage,
  optional,
  optionalNat,
} from '../../src/candid';
import { nativeModule } from '../../src/database';
import { authoriseCanister, authorisedArchive } from '../service/governed';
import type { Implementations } from '../service/methods';
import { toVariant } from '../service/names';
import { running } from '../service/service';
import { archiveMetrics, canisterMetrics } from './report';

export const metricsMethods = {
  archive_metrics: describeArchiveMetrics,
  canister_metrics: describeCanisterMetrics,
} satisfies Implementations;

function describeArchiveMetrics(reference: string): CandidArchiveMetrics {
  const archive = authorisedArchive('archive_metrics', reference);
  const metrics = archiveMetrics(archive, nativeModule().memoryReport());
  return {
    archive: referenceTo(archive),
    slot: metrics.slot,
    state: toVariant(metrics.state),
    size: BigInt(metrics.size),
    size_limit: optionalNat(metrics.sizeLimit),
    buckets: metrics.buckets,
    transaction_id: BigInt(metrics.transactionId),
    checksum_age_seconds: optionalNat(checksumAgeSeconds(metrics, time())),
    usage: usageToCandid(metrics.usage),
  };
}

function describeCanisterMetrics(): CandidCanisterMetrics {
  authoriseCanister('canister_metrics');
  const metrics = canisterMetrics(nativeModule().memoryReport());
  return {
    archives: running().catalog.countArchives(),
    slots: metrics.slots,
    free_slots: metrics.freeSlots,
    stable_bytes: BigInt(metrics.stableBytes),
    heap_bytes: BigInt(metrics.heapBytes),
    bucket_bytes: BigInt(metrics.bucketBytes),
    allocated_buckets: metrics.allocatedBuckets,
    free_buckets: metrics.freeBuckets,
    cycles_balance: metrics.cyclesBalance,
    cycles_runway_seconds: optionalNat(cyclesRunwaySeconds(metrics)),
    usage: usageToCandid(metrics.usage),
  };
}

function usageToCandid(usage: Usage): CandidUsage {
  return {
    queries: BigInt(usage.queries),
    updates: BigInt(usage.updates),
    rows_read: BigInt(usage.rowsRead),
    rows_written: BigInt(usage.rowsWritten),
    instructions: BigInt(usage.instructions),
    errors: usage.errors.map(({ code, times }) => ({ code, times: BigInt(times) })),
    last_write_at: optional(usage.lastWriteAt),
  };
}
