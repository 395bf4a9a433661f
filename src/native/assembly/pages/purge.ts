import { bucketSizeInPages, memorySize } from '../memory/header';
import { MemoryId } from '../memory/layout';
import { ownedBuckets } from '../memory/report';
import { shrinkMemory } from '../memory/shrink';
import { releaseImportHeap } from './import-heap';
import { StoreStatus } from './status';
import { closeStore, openStore, storeAt } from './stores';
import { StoreFlag, writeSuperblock } from './superblock';

/**
 * Gives back at most `budget` buckets of a slot, its last ones first. With the first of them the archive is lost, and is
 * refused as Purging until a later call has given back the rest. A damaged archive can be purged too; bytes that no
 * layout of ours explains only if `evenForeign`. Busy while the archive is open.
 */
export function purgeStore(id: MemoryId, budget: u32, evenForeign: bool): StoreStatus {
  let status = openStore(id);
  if (status === StoreStatus.Empty) return StoreStatus.Ok;
  if (status === StoreStatus.Foreign && !evenForeign) return status;
  if (status === StoreStatus.Ok) {
    status = markPurging(id);
    if (status !== StoreStatus.Ok) return status;
  }
  releaseImportHeap(id);
  const owned = ownedBuckets(id);
  const kept = <u64>(owned - min(budget, owned)) * bucketSizeInPages();
  shrinkMemory(id, min(kept, memorySize(id)));
  return StoreStatus.Ok;
}

/** Marks an open store, so that no later message takes what is left of it for an archive. */
function markPurging(id: MemoryId): StoreStatus {
  const slot = storeAt(id)!;
  if (slot.openFiles > 0) return StoreStatus.Busy;
  slot.superblock.flags |= StoreFlag.Purging;
  writeSuperblock(id, slot.superblock);
  return closeStore(id);
}
