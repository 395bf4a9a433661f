import type { Figure } from './figure';
import { measureCatalog } from './topics/catalog';
import { measureMemory } from './topics/memory';
import { measureSpilling } from './topics/memory-spilling';
import { measureNative } from './topics/native';
import { measureReplica } from './topics/replica';
import { measureScattered } from './topics/scattered';
import { measureSql } from './topics/sql';
import { measureStorage } from './topics/storage';
import { measureStorageLife } from './topics/storage-life';
import { measureShortRows } from './topics/storage-short-rows';

/** All figures of all topics, measured now in the embedded replica, but for those of {@link measureLarge}. */
export async function measureAll(): Promise<Figure[]> {
  return [
    ...(await measureNative()),
    ...(await measureCatalog()),
    ...(await measureReplica()),
    ...(await measureScattered()),
    ...(await measureStorage()),
    ...(await measureSql()),
    ...(await measureMemory()),
  ];
}

/**
 * What takes minutes: an archive of a GiB from end to end, the import of one of the shortest rows, and work that outgrows the
 * heap.
 */
export async function measureLarge(): Promise<Figure[]> {
  return [...(await measureStorageLife()), ...(await measureShortRows()), ...(await measureSpilling())];
}
