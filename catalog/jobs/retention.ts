import type { Archive } from '../archives/archive';
import type { SnapshotRetention } from '../archives/settings';
import type { Catalog } from '../catalog';

const NANOSECONDS = 1_000_000_000n;

/** A snapshot as the storage lists it. */
export interface KeptSnapshot {
  readonly name: string;
  /** Nanoseconds since 1970. */
  readonly takenAt: bigint;
  /** Taken by a job. The others are deleted by those who took them only. */
  readonly automatic: boolean;
}

export function retentionOf(catalog: Catalog, archive: Archive): SnapshotRetention {
  return archive.settings.snapshotRetention ?? catalog.settings.snapshotRetention;
}

/** Names of the automatic snapshots that are neither among the newest nor young enough, the oldest first. */
export function expiredSnapshots(
  snapshots: readonly KeptSnapshot[],
  { keepLast, keepForSeconds }: SnapshotRetention,
  now: bigint,
): string[] {
  const youngEnough = now - BigInt(keepForSeconds) * NANOSECONDS;
  return snapshots
    .filter(({ automatic }) => automatic)
    .sort((a, b) => (a.takenAt < b.takenAt ? 1 : -1))
    .slice(keepLast)
    .filter(({ takenAt }) => takenAt < youngEnough)
    .map(({ name }) => name)
    .reverse();
}
