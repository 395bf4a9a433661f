import { canisterCycleBalance, time } from 'azle';
import { type Archive, stateOf } from '../../catalog/archives/archive';
import type { ArchiveMetrics, CanisterMetrics, MetricsReport } from '../../catalog/metrics/report';
import { slotCount } from '../../catalog/slots/slot-plan';
import { nativeModule } from '../../src/database';
import type { MemoryReport } from '../../src/native/interface';
import { idleCost } from '../observation/cycles';
import { running } from '../service/service';

const WASM_PAGE = 65_536;
const NANOSECONDS_PER_MILLISECOND = 1_000_000n;

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
  const { catalog, usage } = running();
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
    usage: usage.total,
  };
}

export function archiveMetrics(archive: Archive, { memories }: MemoryReport): ArchiveMetrics {
  const { id, slot, generation, limits } = archive;
  const stored = readable(archive, () => nativeModule().describeSlot(slot));
  const refreshedAt = stored && readable(archive, () => nativeModule().slotChecksum(slot))?.refreshedAt;
  return {
    id,
    slot,
    generation,
    state: stateOf(archive),
    size: stored?.logicalSize ?? 0,
    sizeLimit: limits.sizeLimit,
    buckets: memories.find(({ memoryId }) => memoryId === slot)?.buckets ?? 0,
    transactionId: stored?.transactionId ?? 0,
    checksummedAt: refreshedAt === undefined ? undefined : BigInt(refreshedAt) * NANOSECONDS_PER_MILLISECOND,
    usage: running().usage.of(generation),
  };
}

/** Undefined for a slot whose content cannot be read: its archive is counted all the same. */
function readable<T>({ life }: Archive, read: () => T): T | undefined {
  if (life.state === 'purging') {
    return undefined;
  }
  try {
    return read();
  } catch {
    return undefined;
  }
}
