import { canisterCycleBalance, time } from 'azle';
import { type Archive, stateOf } from '../../catalog/archives/archive';
import type { ArchiveMetrics, CanisterMetrics, MetricsReport } from '../../catalog/metrics/report';
import { slotCount } from '../../catalog/slots/slot-plan';
import { nativeModule } from '../../src/database';
import type { MemoryReport } from '../../src/native/interface';
import { idleCost } from '../observation/cycles';
import { nanoseconds } from '../service/arguments';
import { ifReadable } from '../service/readable';
import { running } from '../service/service';

const WASM_PAGE = 65_536;

/** What the canister and the archives that have an id have and do. */
export function metricsReport(): MetricsReport {
  const memories = nativeModule().memoryReport();
  return {
    now: time(),
    canister: canisterMetrics(memories),
    archives: running()
      .catalog.list()
      .map((archive) => archiveMetrics(archive, memories)),
  };
}

export function canisterMetrics(memories: MemoryReport): CanisterMetrics {
  const { catalog } = running();
  const { first } = catalog.plan;
  const slots = slotCount(catalog.plan);
  const kinds = Array.from({ length: slots }, (_, index) => catalog.entryAt(first + index).kind);
  const idle = idleCost();
  return {
    slots,
    freeSlots: kinds.filter((kind) => kind === 'free').length,
    stableBytes: memories.stablePages * WASM_PAGE,
    heapBytes: memories.heapPages * WASM_PAGE,
    bucketBytes: memories.bucketSizeInPages * WASM_PAGE,
    allocatedBuckets: memories.allocatedBuckets,
    freeBuckets: memories.freeBuckets,
    cyclesBalance: canisterCycleBalance(),
    idleCyclesPerDay: idle?.cyclesPerDay,
    freezingBalance: idle?.freezingBalance ?? 0n,
    usage: nativeModule().totalUsage(),
  };
}

export function archiveMetrics(archive: Archive, { memories }: MemoryReport): ArchiveMetrics {
  const { id, slot, generation, limits, life } = archive;
  const stored = life.state === 'purging' ? undefined : ifReadable(() => nativeModule().describeSlot(slot));
  const refreshedAt = stored && ifReadable(() => nativeModule().slotChecksum(slot))?.refreshedAt;
  return {
    id,
    slot,
    generation,
    state: stateOf(archive),
    size: stored?.logicalSize ?? 0,
    sizeLimit: limits.sizeLimit,
    buckets: memories.find(({ memoryId }) => memoryId === slot)?.buckets ?? 0,
    transactionId: stored?.transactionId ?? 0,
    checksummedAt: refreshedAt === undefined ? undefined : nanoseconds(refreshedAt),
    usage: nativeModule().archiveUsage(slot),
  };
}
